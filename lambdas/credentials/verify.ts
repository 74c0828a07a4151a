// Verifies bearer tokens, each time with Secrets Manager: the gateway already caches the answer, and its cache can be flushed
// when a token is revoked; one of ours could not. Tokens accepted recently count only while Secrets Manager fails.

import { createHash, timingSafeEqual } from 'node:crypto';
import { isTransient } from '../platform/aws-errors.ts';
import { now } from '../platform/clock.ts';
import type { Principal } from '../tenants/principal.ts';
import { rememberVerdict, wasAcceptedRecently } from './accepted-tokens.ts';
import { createBudget } from './budget.ts';
import { judgeMac } from './forgery.ts';
import { parseToken, TOKEN_PREFIX, type TokenKey } from './token.ts';
import { isAccepted, readToken } from './token-secret.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Why a token is refused, as in `reason` of `tenant.token.refused`; the first three are for a key that is or was the tenant's. */
export const refusalCauses = ['retired', 'pending', 'wrongSecret', 'unknownKey', 'damaged'] as const;

/** One of `refusalCauses`. */
export type RefusalCause = (typeof refusalCauses)[number];

/** Why credentials are refused, and whom they claim to be. */
export interface Refusal {
  readonly cause: RefusalCause;
  /** Unverified; undefined when the credentials do not name a tenant and key. */
  readonly claimed: TokenKey | undefined;
}

/** The outcome of a verification. */
export type Verdict<Accepted> = { readonly accepted: Accepted } | { readonly refused: Refusal };

/**
 * The tenant's secret is asked about so many tokens with a doubtful MAC: while Secrets Manager fails, each question takes
 * seconds, and forgeries would take all authorizers from the tokens that are still accepted.
 */
const takeDoubtful = createBudget(2, 30_000);

const tooManyDoubtful = () =>
  new Error('The MAC fits no known deployment secret, which cannot be read again: refused until it can be.');

/** The tenant and key id of the token, or undefined when it is refused. Rejects when Secrets Manager fails. */
export const verifyToken = async (presented: string): Promise<TokenKey | undefined> => {
  const verdict = await judgeToken(presented);
  return 'accepted' in verdict ? verdict.accepted : undefined;
};

/**
 * The tenant and key id of the token, or why it is refused. While Secrets Manager fails, a token that it confirmed in the last
 * five minutes is accepted; for any other this rejects, because an outage must not look like a wrong token.
 */
export const judgeToken = async (presented: string): Promise<Verdict<TokenKey>> => {
  const claimed = parseToken(presented);
  if (!claimed) return { refused: { cause: 'damaged', claimed } };
  const mac = await judgeMac(presented);
  if (mac === 'wrong') return { refused: { cause: 'damaged', claimed } };
  if (mac === 'doubtful' && !wasAcceptedRecently(presented) && !takeDoubtful(now())) throw tooManyDoubtful();
  try {
    const verdict = await verifyWithSecret(presented, claimed);
    rememberVerdict(presented, 'accepted' in verdict);
    return verdict;
  } catch (error) {
    if (isTransient(error) && wasAcceptedRecently(presented)) return { accepted: claimed };
    throw error;
  }
};

const verifyWithSecret = async (presented: string, claimed: TokenKey): Promise<Verdict<TokenKey>> => {
  const known = await readToken(claimed);
  // An unknown tenant costs the same comparison as a known one, so the timing does not reveal which tenants exist.
  const matches = timingSafeEqual(digest(presented), digest(known?.token ?? ''));
  if (matches && isAccepted(known)) return { accepted: claimed };
  if (!known) return { refused: { cause: 'unknownKey', claimed } };
  if (!matches) return { refused: { cause: 'wrongSecret', claimed } };
  return { refused: { cause: known.stages.includes('AWSPENDING') ? 'pending' : 'retired', claimed } };
};

/** Verifies credentials of one format. */
interface Verifier {
  readonly knows: (presented: string) => boolean;
  readonly verify: (presented: string) => Promise<Verdict<Principal>>;
}

/** One per format; credentials in any other format are refused. */
const verifiers: readonly Verifier[] = [
  {
    knows: (presented) => presented.startsWith(TOKEN_PREFIX),
    verify: async (presented) => {
      const verdict = await judgeToken(presented);
      return 'accepted' in verdict ? { accepted: { kind: 'token', ...verdict.accepted } } : verdict;
    },
  },
];

/** The principal with these credentials, or why they are refused. Rejects when they cannot be verified. */
export const authenticate = async (presented: string): Promise<Verdict<Principal>> =>
  verifiers.find(({ knows }) => knows(presented))?.verify(presented) ?? {
    refused: { cause: 'damaged', claimed: undefined },
  };
