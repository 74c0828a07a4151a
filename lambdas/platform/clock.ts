// The one clock of the functions. Times are numbers in milliseconds since the epoch, and become text only where they are stored
// or sent as text.

/** The time, in milliseconds since the epoch. */
export const now = (): number => Date.now();

/** A time as RFC 3339, in UTC; now unless another is given. */
export const timestamp = (atMs: number = now()): string => new Date(atMs).toISOString();
