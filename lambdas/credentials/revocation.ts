// The emergency brake: a token is in wrong hands, and no request with it may succeed.

import type { Incarnation } from '../tenants/tenant.ts';
import { isRevocation } from './revocation-key.ts';
import { readStages } from './token-secret.ts';
import { putRevocation, removeStage } from './write-token-secret.ts';

/**
 * Ends every token of the tenant, the current one too; answers with the key ids that were accepted until now.
 * Repeatable: what was cut off is completed, and what is done stays so.
 */
export const revokeTokens = async (tenant: Incarnation): Promise<readonly string[]> => {
  const before = await readStages(tenant);
  if (before.current === undefined || !isRevocation(before.current)) await putRevocation(tenant);
  // The token that was current has become the previous one.
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
