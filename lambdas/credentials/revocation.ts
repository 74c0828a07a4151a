// Revokes all tokens of a tenant at once, for when one has leaked.

import type { Incarnation } from '../platform/tenant.ts';
import { confirmEnded, stillAccepted } from './ended-tokens.ts';
import { isSeenInTime } from './read-back.ts';
import { isRevocation, newRevocationKey } from './revocation-key.ts';
import { readStages } from './token-secret.ts';
import { putRevocation, removeStage } from './write-token-secret.ts';

/**
 * Revokes every token of the tenant, the current one too; returns the key ids accepted until now. Idempotent. Throws a
 * `TokenError` (`stillAccepted`) when Secrets Manager does not show in time that all have ended.
 */
export const revokeTokens = async (tenant: Incarnation): Promise<readonly string[]> => {
  const before = await readStages(tenant);
  // Always a new revocation: the read may be older than a token that was made since.
  const revocation = newRevocationKey();
  await putRevocation(tenant, revocation);
  const ended = new Set([before.current, before.previous].filter((keyId) => keyId !== undefined));
  const isAllEnded = async () => {
    const { current, previous, pending } = await readStages(tenant);
    // Only a read that shows this revocation also shows what has become the previous token.
    if (current !== revocation) return false;
    if (previous !== undefined) {
      ended.add(previous);
      await removeStage(tenant, 'AWSPREVIOUS', previous);
    }
    if (pending !== undefined) await removeStage(tenant, 'AWSPENDING', pending);
    return previous === undefined && pending === undefined;
  };
  if (!(await isSeenInTime(isAllEnded))) throw stillAccepted(tenant, 'every token');
  const tokens = [...ended].filter((keyId) => !isRevocation(keyId));
  await confirmEnded(tenant, tokens);
  return tokens;
};
