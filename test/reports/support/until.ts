// Waiting for what comes by itself, and no longer.

import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 200;

export interface Clock {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

const ourClock: Clock = { now: Date.now, wait: sleep };

/** Looks until `isThere` says so or the time is over; answers with what was seen last. */
export type Until = <Seen>(
  look: () => Promise<Seen>,
  isThere: (seen: Seen) => boolean,
  withinMs: number,
  everyMs?: number,
) => Promise<Seen>;

/** `until` by another clock. */
export const untilBy =
  ({ now, wait }: Clock): Until =>
  async (look, isThere, withinMs, everyMs = EVERY_MS) => {
    const deadline = now() + withinMs;
    for (;;) {
      const seen = await look();
      if (isThere(seen) || now() > deadline) return seen;
      await wait(everyMs);
    }
  };

export const until = untilBy(ourClock);
