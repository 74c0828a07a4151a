// Detects forged tokens by their MAC alone, so that made-up tokens cost no call to Secrets Manager.

import { now } from '../platform/clock.ts';
import { cachedGenerations, type Generations, MIN_REREAD_MS } from './deployment-secret.ts';
import { hasValidMac } from './token.ts';

/** Of the authorizer's 9 s; the rest is for reading the tenant's secret (secrets-manager.ts). */
const PATIENCE_MS = 1000;

/**
 * Whether the MAC of a well-formed token matches neither generation of the deployment secret. False when that secret cannot
 * be read: then the tenant's own secret decides alone.
 */
export const isForged = async (token: string): Promise<boolean> => {
  const known = await cachedGenerations(PATIENCE_MS);
  if (!known || matchesAny(token, known.generations)) return false;
  // The token may be of a generation that is not cached yet.
  const newest = (await cachedGenerations(PATIENCE_MS, MIN_REREAD_MS)) ?? known;
  const isCertain = now() - newest.readAtMs < MIN_REREAD_MS;
  return isCertain && !matchesAny(token, newest.generations);
};

/** Tries all generations, so that the timing does not reveal which one matched. */
const matchesAny = (token: string, generations: Generations): boolean =>
  generations.map(({ value }) => hasValidMac(token, value)).includes(true);
