// Polls until a condition holds.

import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 200;

export interface Clock {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

const ourClock: Clock = { now: Date.now, wait: sleep };

/** Polls until `isThere` holds or the time is up; answers with the last value. */
export type Until = <Seen>(
  look: () => Promise<Seen>,
  isThere: (seen: Seen) => boolean,
  withinMs: number,
  everyMs?: number,
) => Promise<Seen>;

/** `until` with another clock. */
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
