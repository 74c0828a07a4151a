// Secrets Manager is eventually consistent: a read just after a write may answer the state before it. What depends on a write
// being seen reads until it is.

import { setTimeout as sleep } from 'node:timers/promises';

/** Between two reads: 4.75 s in all. A write is usually seen at once. */
const PAUSES_MS = [50, 100, 200, 400, 800, 1600, 1600];

/** Asks until the answer is true; false when it is not within some five seconds. Rejects when a read does. */
export const isSeenInTime = async (isSeen: () => Promise<boolean>): Promise<boolean> => {
  for (const pauseMs of PAUSES_MS) {
    if (await isSeen()) return true;
    await sleep(pauseMs);
  }
  return isSeen();
};
