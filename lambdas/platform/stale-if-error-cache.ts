// A cache that serves stale values while they cannot be read again (as stale-if-error, RFC 5861): a failing table must not
// stop requests that need nothing new from it.

import { LRUCache } from 'lru-cache';
import { logError } from './log.ts';
import { withTimeout } from './with-timeout.ts';

/** How long a value is used: changes are visible everywhere after that. */
const FRESH_MS = 60_000;

/** How much longer it is used while it cannot be read again. */
const STALE_MS = 10 * 60_000;

/** How soon it is read again then, and how long a value is cached for which `lasts` is false. */
const RETRY_MS = 5_000;

/** How long a read may take while a stale value is at hand. */
const PATIENCE_MS = 2_000;

/** Keys in the cache; the least recently used is evicted first. */
const SIZE = 1_000;

interface StaleIfErrorCache<Key, Value> {
  /** Rejects only when the value cannot be read and none is cached. */
  readonly get: (key: Key) => Promise<Value>;
  /** To be called after changing the value. */
  readonly evict: (key: Key) => void;
}

interface Entry<Value> {
  readonly value: Value;
  /** Until when it may be served although it cannot be read again. */
  readonly usableUntilMs: number;
}

/**
 * Calls `load` once a minute per key; failures are not cached. `what` names the value in the log. A value for which `lasts`
 * is false is read again after seconds, and never served stale.
 */
export const staleIfErrorCache = <Key extends string, Value>(
  what: string,
  load: (key: Key) => Promise<Value>,
  lasts: (value: Value) => boolean = () => true,
): StaleIfErrorCache<Key, Value> => {
  const keep = (value: Value): Entry<Value> => ({
    value,
    usableUntilMs: lasts(value) ? Date.now() + FRESH_MS + STALE_MS : 0,
  });
  const ttlOf = (value: Value) => (lasts(value) ? FRESH_MS : RETRY_MS);
  const cache = new LRUCache<Key, Entry<Value>>({
    max: SIZE,
    ttl: FRESH_MS,
    ttlResolution: 0,
    perf: { now: () => Date.now() },
    fetchMethod: async (key, known, { options }) => {
      const isUsable = known !== undefined && Date.now() < known.usableUntilMs;
      const loading = load(key);
      try {
        const value = await (isUsable ? withTimeout(PATIENCE_MS, loading) : loading);
        options.ttl = ttlOf(value);
        return keep(value);
      } catch (error) {
        if (!isUsable) throw error;
        logError(`${what} could not be read again; the last known value is used.`, error, {});
        // A late answer still fills the cache.
        loading.then(
          (value) => cache.set(key, keep(value), { ttl: ttlOf(value) }),
          () => {},
        );
        options.ttl = RETRY_MS;
        return known;
      }
    },
  });
  const get = async (key: Key): Promise<Value> => {
    try {
      return ((await cache.fetch(key)) as Entry<Value>).value;
    } catch (error) {
      // A late answer to an earlier read was cached meanwhile, which aborted this one.
      const newer = cache.get(key);
      if (!newer) throw error;
      return newer.value;
    }
  };
  return {
    get,
    evict: (key) => {
      cache.delete(key);
    },
  };
};
