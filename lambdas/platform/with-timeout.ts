// Waiting for something that may take too long, when there is something else to go on with.

class TimeoutError extends Error {
  override readonly name = 'TooSlow';
}

/** What `loading` brings, or a rejection after `limitMs`; `loading` itself goes on. */
export const withTimeout = async <Value>(limitMs: number, loading: Promise<Value>): Promise<Value> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TimeoutError()), limitMs);
  try {
    return await Promise.race([loading, promise]);
  } finally {
    clearTimeout(timer);
  }
};
