// What a function remembers for a minute instead of reading it for every request, and somewhat longer while it cannot be
// read: a table that falters must not stop requests that have all else they need.
//
// By hand, because the package lru-cache (19 KB) does not fit into the bundles (test/lib/bundle.test.ts).

import { logError } from './log.ts';

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

interface Entry<Value> {
  value: Promise<Value>;
  /** What was read last and lasts, and when. */
  known: { readonly value: Value; readonly atMs: number } | undefined;
  freshUntilMs: number;
}

/**
 * Reads with `load`, once a minute and key; a failure is not remembered. `what` is for the log. A value of which `lasts` says
 * no is read again after seconds, and never used for longer than that.
 */
export const keptCache = <Key, Value>(
  what: string,
  load: (key: Key) => Promise<Value>,
  lasts: (value: Value) => boolean = () => true,
): KeptCache<Key, Value> => {
  const entries = new Map<Key, Entry<Value>>();

  const read = (key: Key, before: Entry<Value> | undefined): Promise<Value> => {
    const isUsable = before?.known && Date.now() - before.known.atMs < FRESH_MS + STALE_MS;
    const known = isUsable ? before.known : undefined;
    const loading: Promise<Value> = load(key).then((value) => {
      const [now, isLasting] = [Date.now(), lasts(value)];
      entry.known = isLasting ? { value, atMs: now } : undefined;
      entry.freshUntilMs = now + (isLasting ? FRESH_MS : BRIEFLY_MS);
      entry.value = loading;
      return value;
    });
    const entry: Entry<Value> = { value: loading, known, freshUntilMs: Date.now() + FRESH_MS };
    if (known) entry.value = orKnown(entry, loading, known.value);
    entry.value.catch(() => {
      if (entries.get(key) === entry) entries.delete(key);
    });
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > SIZE && oldest !== undefined) entries.delete(oldest);
    return entry.value;
  };

  const orKnown = async (entry: Entry<Value>, loading: Promise<Value>, known: Value): Promise<Value> => {
    try {
      return await within(PATIENCE_MS, loading);
    } catch (error) {
      logError(`${what} could not be read again: what was read before is used.`, error, {});
      entry.freshUntilMs = Date.now() + BRIEFLY_MS;
      return known;
    }
  };

  return {
    get: (key) => {
      const entry = entries.get(key);
      entries.delete(key);
      if (!entry || entry.freshUntilMs <= Date.now()) return read(key, entry);
      entries.set(key, entry);
      return entry.value;
    },
    forget: (key) => {
      entries.delete(key);
    },
  };
};

class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

const within = async <Value>(limitMs: number, loading: Promise<Value>): Promise<Value> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TooSlow()), limitMs);
  try {
    return await Promise.race([loading, promise]);
  } finally {
    clearTimeout(timer);
  }
};
