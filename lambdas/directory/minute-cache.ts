// What a function may remember for a minute instead of reading it for every request.

/** How long a function works with what it read: a change is seen everywhere after that. */
const KEPT_MILLISECONDS = 60_000;

/** Keys that a function remembers; the one that was read longest ago goes first. */
const SIZE = 1_000;

export interface MinuteCache<Key, Value> {
  readonly get: (key: Key) => Promise<Value>;
  /** For whoever has just changed what was read. */
  readonly forget: (key: Key) => void;
}

/** Reads with `load`, once a minute and key; a failure is not remembered. */
export const minuteCache = <Key, Value>(load: (key: Key) => Promise<Value>): MinuteCache<Key, Value> => {
  const known = new Map<Key, { readonly value: Promise<Value>; readonly until: number }>();
  const read = (key: Key): Promise<Value> => {
    const value = load(key);
    value.catch(() => known.delete(key));
    known.delete(key);
    known.set(key, { value, until: Date.now() + KEPT_MILLISECONDS });
    const [oldest] = known.keys();
    if (known.size > SIZE && oldest !== undefined) known.delete(oldest);
    return value;
  };
  return {
    get: (key) => {
      const entry = known.get(key);
      return entry && entry.until > Date.now() ? entry.value : read(key);
    },
    forget: (key) => {
      known.delete(key);
    },
  };
};
