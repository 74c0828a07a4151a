// Whether a bearer token is a good one. Of tokens nothing is remembered from one request to the next: the gateway already
// caches the answer, and that cache can be flushed when a token is revoked; a memory of ours could not.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../tenants/principal.ts';
import { isForged } from './forgery.ts';
import { readToken } from './secrets.ts';
import { parseToken, TOKEN_PREFIX, type TokenKey } from './token.ts';

const ACCEPTED_STAGES = ['AWSCURRENT', 'AWSPREVIOUS'];

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Whose token this is, or undefined for one that is malformed, forged, unknown, not yet current, or retired. An
 * outage of Secrets Manager rejects: it must not look like a wrong token.
 */
export const verifyToken = async (presented: string): Promise<TokenKey | undefined> => {
  const claimed = parseToken(presented);
  if (!claimed || (await isForged(presented))) return undefined;
  const known = await readToken(claimed);
  // An unknown tenant costs the same comparison as a known one, so the time taken tells nobody which tenants
  // exist.
  const matches = timingSafeEqual(digest(presented), digest(known?.token ?? ''));
  const accepted = known?.stages.some((stage) => ACCEPTED_STAGES.includes(stage)) ?? false;
  return matches && accepted ? claimed : undefined;
};

/** Credentials of one form, and who presents them. */
interface Verifier {
  readonly knows: (presented: string) => boolean;
  readonly verify: (presented: string) => Promise<Principal | undefined>;
}

/** Each knows its own form; whatever no verifier knows is nobody's. */
const verifiers: readonly Verifier[] = [
  {
    knows: (presented) => presented.startsWith(TOKEN_PREFIX),
    verify: async (presented) => {
      const key = await verifyToken(presented);
      return key && { kind: 'token', ...key };
    },
  },
];

/** Who presents these credentials; undefined for nobody. Rejects when that cannot be found out. */
export const authenticate = async (presented: string): Promise<Principal | undefined> =>
  verifiers.find(({ knows }) => knows(presented))?.verify(presented);
