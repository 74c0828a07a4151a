// The digests of tokens that Secrets Manager has confirmed, to bridge an outage of it. They count only while it fails: a token
// that was revoked shortly before is then accepted for at most five minutes after its last confirmation.

import { createHash } from 'node:crypto';
import { now } from '../platform/clock.ts';

/** How long after its last confirmation a token is accepted while Secrets Manager fails. */
const BRIDGED_MS = 5 * 60_000;

/** Digests kept; the one confirmed longest ago is evicted first. */
const SIZE = 1_000;

/** By digest, in milliseconds since the epoch. */
const confirmedAtMs = new Map<string, number>();

const digest = (token: string) => createHash('sha256').update(token).digest('base64');

/** Remembers what Secrets Manager said about the token: a refusal removes it. */
export const rememberVerdict = (token: string, isAccepted: boolean): void => {
  const key = digest(token);
  confirmedAtMs.delete(key);
  if (!isAccepted) return;
  confirmedAtMs.set(key, now());
  for (const oldest of confirmedAtMs.keys()) {
    if (confirmedAtMs.size <= SIZE) break;
    confirmedAtMs.delete(oldest);
  }
};

/** Whether the token was confirmed in the last five minutes, and not refused since. */
export const wasAcceptedRecently = (token: string): boolean =>
  now() - (confirmedAtMs.get(digest(token)) ?? Number.NEGATIVE_INFINITY) < BRIDGED_MS;
