// Revokes all tokens of a tenant at once, for when one has leaked.

import type { Incarnation } from '../platform/tenant.ts';
import { readUntil } from './read-until.ts';
import { isRevocation, newRevocationKey } from './revocation-key.ts';
import { isAccepted, readStages, readToken, type TokenStages } from './token-secret.ts';
import { putRevocation, removeStage, stillAccepted } from './write-token-secret.ts';

/**
 * Revokes every token of the tenant, the current one too; returns the key ids accepted until now. Idempotent. What it read may
 * be older than the last rotation, so it repeats until neither the secret nor any of the tokens shows an accepted one, and
 * throws a `TokenError` (`stillAccepted`) if that does not come.
 */
export const revokeTokens = async (tenant: Incarnation): Promise<readonly string[]> => {
  const revocationKey = newRevocationKey();
  const ended = new Set<string>();
  let pendingEnded: string | undefined;
  const endAll = async (): Promise<boolean> => {
    const { current, previous, pending } = withoutRevocation(await readStages(tenant));
    if (current !== undefined && !ended.has(current)) await putRevocation(tenant, revocationKey);
    for (const keyId of [current, previous]) {
      if (keyId === undefined || ended.has(keyId)) continue;
      // The current token has become the previous one.
      await removeStage(tenant, 'AWSPREVIOUS', keyId);
      ended.add(keyId);
    }
    if (pending !== undefined && pending !== pendingEnded) await removeStage(tenant, 'AWSPENDING', pending);
    pendingEnded = pending;
    if ((current ?? previous ?? pending) !== undefined) return false;
    const versions = await Promise.all([...ended].map((keyId) => readToken({ tenant, keyId })));
    return !versions.some(isAccepted);
  };
  if ((await readUntil(endAll, (isEnded) => isEnded)) === undefined) throw stillAccepted(tenant);
  return [...ended];
};

const withoutRevocation = ({ current, ...others }: TokenStages): TokenStages => ({
  ...others,
  current: current !== undefined && isRevocation(current) ? undefined : current,
});
