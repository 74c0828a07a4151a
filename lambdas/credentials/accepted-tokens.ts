// The digests of tokens that Secrets Manager has confirmed, for as long as an outage of it may be bridged. They are looked at
// only while it fails: a token that was revoked before is then accepted for five minutes more at most.

import { createHash } from 'node:crypto';

/** How long after its last confirmation a token is accepted while Secrets Manager fails. */
const BRIDGED_MS = 5 * 60_000;

/** What is remembered; what was confirmed longest ago goes first. */
const SIZE = 1_000;

/** By digest, in milliseconds since the epoch. */
const confirmedAt = new Map<string, number>();

const digest = (token: string) => createHash('sha256').update(token).digest('base64');

/** Remembers what Secrets Manager has said of the token. */
export const noteVerdict = (token: string, isAccepted: boolean): void => {
  const key = digest(token);
  confirmedAt.delete(key);
  if (!isAccepted) return;
  confirmedAt.set(key, Date.now());
  for (const oldest of confirmedAt.keys()) {
    if (confirmedAt.size <= SIZE) break;
    confirmedAt.delete(oldest);
  }
};

/** Whether the token was confirmed in the last five minutes, and not refused since. */
export const wasJustAccepted = (token: string): boolean =>
  Date.now() - (confirmedAt.get(digest(token)) ?? Number.NEGATIVE_INFINITY) < BRIDGED_MS;
