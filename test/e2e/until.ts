// Waiting for what a deployment does in its own time.

import { setTimeout as delay } from 'node:timers/promises';

/** What `find` may answer with when it is too early. */
type TooEarly = undefined | null | false;

/** Calls `find` until it answers with something, and answers with that; throws after `seconds`, naming `what`. */
export const until = async <Found>(
  what: string | (() => string),
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
  find: () => Promise<Found | TooEarly> | Found | TooEarly,
): Promise<Found> => {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== null && found !== false) return found;
    if (Date.now() > deadline) {
      throw new Error(`Waited ${seconds} seconds in vain for ${typeof what === 'string' ? what : what()}.`);
    }
    await delay(200, undefined, { signal });
  }
};
