// Revokes all tokens of a tenant at once, for when one has leaked.

import type { Incarnation } from '../platform/tenant.ts';
import { isRevocation } from './revocation-key.ts';
import { readStages } from './token-secret.ts';
import { putRevocation, removeStage } from './write-token-secret.ts';

/** Revokes every token of the tenant, the current one too; returns the key ids accepted until now. Idempotent. */
export const revokeTokens = async (tenant: Incarnation): Promise<readonly string[]> => {
  const before = await readStages(tenant);
  if (before.current === undefined || !isRevocation(before.current)) await putRevocation(tenant);
  // The current token has become the previous one.
  const after = await readStages(tenant);
  for (const [stage, keyId] of [
    ['AWSPREVIOUS', after.previous],
    ['AWSPENDING', after.pending],
  ] as const) {
    if (keyId !== undefined) await removeStage(tenant, stage, keyId);
  }
  const ended = [before.current, before.previous, after.previous].filter((keyId) => keyId !== undefined);
  return [...new Set(ended)].filter((keyId) => !isRevocation(keyId));
};
