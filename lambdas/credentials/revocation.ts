// Revokes all tokens of a tenant at once, for when one has leaked.

import type { Incarnation } from '../platform/tenant.ts';
import { readUntil } from './read-until.ts';
import { isRevocation, newRevocationKey } from './revocation-key.ts';
import { isAccepted, readStages, readToken } from './token-secret.ts';
import { putRevocation, removeStage, stillAccepted } from './write-token-secret.ts';

/**
 * Revokes every token of the tenant, the current one too; returns the key ids accepted until now. Idempotent. Any read may be
 * older than the last rotation, or than the last revocation, so only one that shows this revocation counts. Throws a
 * `TokenError` (`stillAccepted`) if none shows that nothing else is accepted.
 */
export const revokeTokens = async (tenant: Incarnation): Promise<readonly string[]> => {
  const before = await readStages(tenant);
  const ended = new Set([before.current, before.previous].filter(isToken));
  let revocation = newRevocationKey();
  await putRevocation(tenant, revocation);
  const removed = new Set<string>();
  /** A stale read shows a stage that is removed already; another write would only prolong that. */
  const removeOnce = async (
    stage: 'AWSPREVIOUS' | 'AWSPENDING',
    keyId: string | undefined,
  ): Promise<void> => {
    if (keyId === undefined || removed.has(`${stage} ${keyId}`)) return;
    await removeStage(tenant, stage, keyId);
    removed.add(`${stage} ${keyId}`);
  };
  const endAll = async (): Promise<boolean> => {
    const { current, previous, pending } = await readStages(tenant);
    if (current !== revocation) {
      if (!isToken(current) || ended.has(current)) return false;
      // Rotated in since. A new revocation, because putting the same version again would not move the stage.
      ended.add(current);
      revocation = newRevocationKey();
      await putRevocation(tenant, revocation);
      return false;
    }
    // The current token has become the previous one.
    await removeOnce('AWSPREVIOUS', previous);
    await removeOnce('AWSPENDING', pending);
    if (previous !== undefined) ended.add(previous);
    if ((previous ?? pending) !== undefined) return false;
    const versions = await Promise.all([...ended].map((keyId) => readToken({ tenant, keyId })));
    return !versions.some(isAccepted);
  };
  if ((await readUntil(endAll, (isEnded) => isEnded)) === undefined) throw stillAccepted(tenant);
  return [...ended];
};

const isToken = (keyId: string | undefined): keyId is string => keyId !== undefined && !isRevocation(keyId);
