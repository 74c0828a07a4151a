// A cache that serves stale values while they cannot be read again (as stale-if-error, RFC 5861): a failing table must not
// stop requests that need nothing new from it.

import { now } from './clock.ts';
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
  /** The number of the read that brought it: an earlier one that answers later does not replace it. */
  readonly readNumber: number;
  /** Until when it is served without reading it again. */
  freshUntilMs: number;
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
  /** Least recently used first. */
  const entries = new Map<Key, Entry<Value>>();
  const reading = new Map<Key, Promise<Value>>();
  let reads = 0;
  /** Reads up to this number may have begun before a change, and are not cached. */
  let outdatedReads = 0;

  const put = (key: Key, entry: Entry<Value>) => {
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > SIZE && oldest !== undefined) entries.delete(oldest);
  };

  const read = async (key: Key): Promise<Value> => {
    const readNumber = ++reads;
    const value = await load(key);
    if (readNumber > Math.max(outdatedReads, entries.get(key)?.readNumber ?? 0)) {
      const [nowMs, isLasting] = [now(), lasts(value)];
      const freshUntilMs = nowMs + (isLasting ? FRESH_MS : RETRY_MS);
      put(key, {
        value,
        readNumber,
        freshUntilMs,
        usableUntilMs: isLasting ? nowMs + FRESH_MS + STALE_MS : 0,
      });
    }
    return value;
  };

  const readAgain = async (key: Key, known: Entry<Value>): Promise<Value> => {
    try {
      // A late answer still fills the cache.
      return await withTimeout(PATIENCE_MS, read(key));
    } catch (error) {
      const newest = entries.get(key) ?? known;
      newest.freshUntilMs = Math.max(newest.freshUntilMs, now() + RETRY_MS);
      logError(`${what} could not be read again; the last known value is used.`, error, {});
      return newest.value;
    }
  };

  const get = async (key: Key): Promise<Value> => {
    const known = entries.get(key);
    if (known && now() <= known.freshUntilMs) {
      put(key, known);
      return known.value;
    }
    const underWay = reading.get(key);
    if (underWay) return underWay;
    const isUsable = known !== undefined && now() < known.usableUntilMs;
    const begun = (isUsable ? readAgain(key, known) : read(key)).finally(() => {
      if (reading.get(key) === begun) reading.delete(key);
    });
    reading.set(key, begun);
    return begun;
  };

  return {
    get,
    evict: (key) => {
      outdatedReads = reads;
      entries.delete(key);
      reading.delete(key);
    },
  };
};
