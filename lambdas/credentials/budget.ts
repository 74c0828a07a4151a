// How often something may be done in one authorizer: so often at once, and then evenly. A limit by the minute would let a flood
// take its whole share at the start of each minute, in all authorizers at the same time.

/** Whether it may be done now (milliseconds since the epoch); that counts as done. */
export type Budget = (nowMs: number) => boolean;

/** At most `atOnce` times together, then once in each `intervalMs`. */
export const createBudget = (atOnce: number, intervalMs: number): Budget => {
  let fullAtMs = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    const waitingMs = Math.max(0, fullAtMs - nowMs);
    if (waitingMs > (atOnce - 1) * intervalMs) return false;
    fullAtMs = nowMs + waitingMs + intervalMs;
    return true;
  };
};
