// Polls until a condition holds.

import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 200;

/** Polls until `isThere` holds or the time is up; answers with the last value. */
export const until = async <Seen>(
  look: () => Promise<Seen>,
  isThere: (seen: Seen) => boolean,
  withinMs: number,
  everyMs = EVERY_MS,
): Promise<Seen> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (isThere(seen) || Date.now() > deadline) return seen;
    await sleep(everyMs);
  }
};
