// Detects forged tokens by their MAC alone, so that made-up tokens cost no call to Secrets Manager.

import { now } from '../platform/clock.ts';
import { cachedGenerations, type Generations, MIN_REREAD_MS } from './deployment-secret.ts';
import { hasValidMac } from './token.ts';

/** Of the authorizer's 9 s; the rest is for reading the tenant's secret (secrets-manager.ts). */
const PATIENCE_MS = 1000;

/**
 * What the MAC of a token says: `right` and `wrong` for a matching generation of the deployment secret and for none;
 * `unknown` when that secret could not be read yet; `doubtful` when it matches none that is known, but a newer one cannot be read.
 */
export type MacVerdict = 'right' | 'wrong' | 'unknown' | 'doubtful';

/** Judges the MAC of a well-formed token. Never rejects. */
export const judgeMac = async (token: string): Promise<MacVerdict> => {
  const known = await cachedGenerations(PATIENCE_MS);
  if (!known) return 'unknown';
  if (matchesAny(token, known.generations)) return 'right';
  // The token may be of a generation that is not cached yet.
  const newest = (await cachedGenerations(PATIENCE_MS, MIN_REREAD_MS)) ?? known;
  if (matchesAny(token, newest.generations)) return 'right';
  return now() - newest.readAtMs < MIN_REREAD_MS ? 'wrong' : 'doubtful';
};

/** Whether the MAC is wrong for certain; otherwise the tenant's own secret decides. */
export const isForged = async (token: string): Promise<boolean> => (await judgeMac(token)) === 'wrong';

/** Tries all generations, so that the timing does not reveal which one matched. */
const matchesAny = (token: string, generations: Generations): boolean =>
  generations.map(({ value }) => hasValidMac(token, value)).includes(true);
