// Whether a bearer token is a good one. Secrets Manager is asked each time: the gateway already caches the answer, and that
// cache can be flushed when a token is revoked; a memory of ours could not. What was accepted counts only in an outage.

import { createHash, timingSafeEqual } from 'node:crypto';
import { isTransient } from '../platform/aws-errors.ts';
import type { Principal } from '../tenants/principal.ts';
import { noteVerdict, wasJustAccepted } from './accepted-tokens.ts';
import { isForged } from './forgery.ts';
import { parseToken, TOKEN_PREFIX, type TokenKey } from './token.ts';
import { readToken } from './token-secret.ts';

const ACCEPTED_STAGES = ['AWSCURRENT', 'AWSPREVIOUS'];

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Why a token is refused; the first three are refusals of a key that the tenant has or had. */
export const refusalCauses = ['retired', 'pending', 'wrongSecret', 'unknownKey', 'damaged'] as const;

export type RefusalCause = (typeof refusalCauses)[number];

export interface Refusal {
  readonly cause: RefusalCause;
  /** Whose it says that it is, as far as that can be read; proof of nothing. */
  readonly claimed: TokenKey | undefined;
}

export type Verdict<Accepted> = { readonly accepted: Accepted } | { readonly refused: Refusal };

/** Whose token this is, or undefined for one that is refused. */
export const verifyToken = async (presented: string): Promise<TokenKey | undefined> => {
  const verdict = await judgeToken(presented);
  return 'accepted' in verdict ? verdict.accepted : undefined;
};

/**
 * Whose token this is, or why it is refused. In an outage of Secrets Manager a token that was accepted in the last five
 * minutes still is; otherwise an outage rejects, because it must not look like a wrong token.
 */
export const judgeToken = async (presented: string): Promise<Verdict<TokenKey>> => {
  const claimed = parseToken(presented);
  if (!claimed || (await isForged(presented))) return { refused: { cause: 'damaged', claimed } };
  try {
    const verdict = await askSecret(presented, claimed);
    noteVerdict(presented, 'accepted' in verdict);
    return verdict;
  } catch (error) {
    if (isTransient(error) && wasJustAccepted(presented)) return { accepted: claimed };
    throw error;
  }
};

const askSecret = async (presented: string, claimed: TokenKey): Promise<Verdict<TokenKey>> => {
  const known = await readToken(claimed);
  // An unknown tenant costs the same comparison as a known one, so the time taken tells nobody which tenants
  // exist.
  const matches = timingSafeEqual(digest(presented), digest(known?.token ?? ''));
  const accepted = known?.stages.some((stage) => ACCEPTED_STAGES.includes(stage)) ?? false;
  if (matches && accepted) return { accepted: claimed };
  if (!known) return { refused: { cause: 'unknownKey', claimed } };
  if (!matches) return { refused: { cause: 'wrongSecret', claimed } };
  return { refused: { cause: known.stages.includes('AWSPENDING') ? 'pending' : 'retired', claimed } };
};

/** Credentials of one form, and who presents them. */
interface Verifier {
  readonly knows: (presented: string) => boolean;
  readonly verify: (presented: string) => Promise<Verdict<Principal>>;
}

/** Each knows its own form; whatever no verifier knows is nobody's. */
const verifiers: readonly Verifier[] = [
  {
    knows: (presented) => presented.startsWith(TOKEN_PREFIX),
    verify: async (presented) => {
      const verdict = await judgeToken(presented);
      return 'accepted' in verdict ? { accepted: { kind: 'token', ...verdict.accepted } } : verdict;
    },
  },
];

/** Who presents these credentials, or why they are refused. Rejects when that cannot be found out. */
export const authenticate = async (presented: string): Promise<Verdict<Principal>> =>
  verifiers.find(({ knows }) => knows(presented))?.verify(presented) ?? {
    refused: { cause: 'damaged', claimed: undefined },
  };
