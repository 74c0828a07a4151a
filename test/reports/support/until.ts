// Waiting for what comes by itself, and no longer.

import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 200;

/** Looks until `isThere` says so or the time is over; answers with what was seen last. */
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
