// What a function remembers for a minute instead of reading it for every request, and somewhat longer while it cannot be
// read: a table that falters must not stop requests that have all else they need.

import { LRUCache } from 'lru-cache';
import { logError } from './log.ts';
import { within } from './within.ts';

/** How long a function works with what it read: a change is seen everywhere after that. */
const FRESH_MS = 60_000;

/** How much longer it does while nothing newer can be read. */
const STALE_MS = 10 * 60_000;

/** How soon it tries again then, and how long it remembers what does not last. */
const BRIEFLY_MS = 5_000;

/** So long a read may take when there is something to go on with. */
const PATIENCE_MS = 2_000;

/** Keys that a function remembers; the one that was used longest ago goes first. */
const SIZE = 1_000;

export interface KeptCache<Key, Value> {
  readonly get: (key: Key) => Promise<Value>;
  /** For whoever has just changed what was read. */
  readonly forget: (key: Key) => void;
}

interface Known<Value> {
  readonly value: Value;
  /** Until when it may be gone on with. */
  readonly usableUntilMs: number;
}

/**
 * Reads with `load`, once a minute and key; a failure is not remembered. `what` is for the log. A value of which `lasts` says
 * no is read again after seconds, and never used for longer than that.
 */
export const keptCache = <Key extends string, Value>(
  what: string,
  load: (key: Key) => Promise<Value>,
  lasts: (value: Value) => boolean = () => true,
): KeptCache<Key, Value> => {
  const keep = (value: Value): Known<Value> => ({
    value,
    usableUntilMs: lasts(value) ? Date.now() + FRESH_MS + STALE_MS : 0,
  });
  const ttlOf = (value: Value) => (lasts(value) ? FRESH_MS : BRIEFLY_MS);
  const cache = new LRUCache<Key, Known<Value>>({
    max: SIZE,
    ttl: FRESH_MS,
    ttlResolution: 0,
    perf: { now: () => Date.now() },
    fetchMethod: async (key, known, { options }) => {
      const isUsable = known !== undefined && Date.now() < known.usableUntilMs;
      const loading = load(key);
      try {
        const value = await (isUsable ? within(PATIENCE_MS, loading) : loading);
        options.ttl = ttlOf(value);
        return keep(value);
      } catch (error) {
        if (!isUsable) throw error;
        logError(`${what} could not be read again: what was read before is used.`, error, {});
        // What comes late is used all the same.
        loading.then(
          (value) => cache.set(key, keep(value), { ttl: ttlOf(value) }),
          () => {},
        );
        options.ttl = BRIEFLY_MS;
        return known;
      }
    },
  });
  const get = async (key: Key): Promise<Value> => {
    try {
      return ((await cache.fetch(key)) as Known<Value>).value;
    } catch (error) {
      // What came late has taken the place of what was being read.
      const newer = cache.get(key);
      if (!newer) throw error;
      return newer.value;
    }
  };
  return {
    get,
    forget: (key) => {
      cache.delete(key);
    },
  };
};
