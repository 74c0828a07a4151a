// Whether a token was never made here: told by its MAC alone, so that inventing tokens costs us no call to Secrets Manager.

import { type Generations, knownGenerations, PAUSE_MS } from './deployment-secret.ts';
import { hasMac } from './token.ts';

/** Of the 9 s that the authorizer has; the tenant's secret is asked with what is left (client.ts). */
const PATIENCE_MS = 1000;

/**
 * Whether the MAC of a well-formed token is of neither generation of the deployment's secret. Where that secret cannot be
 * had, no token is a forgery: the tenant's own secret decides, as it does for all others.
 */
export const isForged = async (token: string): Promise<boolean> => {
  const known = await knownGenerations(PATIENCE_MS);
  if (!known || isOfOne(token, known.generations)) return false;
  // It may be of a generation that this function has not seen yet.
  const newest = (await knownGenerations(PATIENCE_MS, PAUSE_MS)) ?? known;
  const isCertain = Date.now() - newest.readAtMs < PAUSE_MS;
  return isCertain && !isOfOne(token, newest.generations);
};

/** All are tried, so that the time taken does not tell which one it was. */
const isOfOne = (token: string, generations: Generations): boolean =>
  generations.map(({ value }) => hasMac(token, value)).includes(true);
