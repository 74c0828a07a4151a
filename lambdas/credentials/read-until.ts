// Secrets Manager is eventually consistent: a read may answer with the state before a write. What has to be certain is read
// until it shows.

import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds before each read: about six seconds in all. */
const WAITS_MS = [0, 50, 100, 200, 400, 800, 1600, 3200] as const;

/** The first answer of `read` that `isSettled`; undefined if none of eight is. */
export const readUntil = async <Answer>(
  read: () => Promise<Answer>,
  isSettled: (answer: Answer) => boolean,
): Promise<Answer | undefined> => {
  for (const waitMs of WAITS_MS) {
    await sleep(waitMs);
    const answer = await read();
    if (isSettled(answer)) return answer;
  }
  return undefined;
};
