// A token has ended only when whatever would still accept it knows so: the functions by a note in the table, the gateway by a
// flush of its cache.

import type { Incarnation } from '../../../lambdas/platform/tenant.ts';

/** Notes in the table that these tokens have ended, before their end: it holds also where Secrets Manager falters. */
export const noteEnded = async (
  tenant: Incarnation,
  keyIds: readonly (string | undefined)[],
): Promise<void> => {
  const { noteEndedTokens } = await import('../../../lambdas/tenants/ended-tokens-table.ts');
  await noteEndedTokens(
    tenant,
    keyIds.filter((keyId) => keyId !== undefined),
    Date.now(),
  );
};
