// The question that every reader of parsed JSON asks.

/** Whether `value` is an object with named members: not null, not an array. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
