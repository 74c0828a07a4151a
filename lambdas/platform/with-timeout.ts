// Waits for a promise, up to a time limit.

class TimeoutError extends Error {
  override readonly name = 'TooSlow';
}

/** Settles as `loading` does, or rejects after `limitMs`; `loading` itself continues. */
export const withTimeout = async <Value>(limitMs: number, loading: Promise<Value>): Promise<Value> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TimeoutError()), limitMs);
  try {
    return await Promise.race([loading, promise]);
  } finally {
    clearTimeout(timer);
  }
};
