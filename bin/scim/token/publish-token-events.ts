// Tokens have no stream: a command that makes or ends one says so on the bus itself.

import { type Incarnation, tenantOf } from '../../../lambdas/tenants/tenant.ts';
import type { Context } from '../command/context.ts';

/**
 * Tells the product; the operator, where that fails. What was done to the tokens stays done, so it is no failure of the
 * command.
 */
export const tellOfTokens = async (
  { deployment, terminal }: Context,
  tenant: Incarnation,
  what: 'rotated' | 'retired',
  keyIds: readonly string[],
): Promise<void> => {
  if (keyIds.length === 0 || !deployment.outputs.EventBusName) return;
  const { tellTokenRetired, tellTokenRotated } = await import('../../../lambdas/credentials/token-events.ts');
  const tell = what === 'rotated' ? tellTokenRotated : tellTokenRetired;
  const told = await Promise.all(keyIds.map((keyId) => tell({ tenant, keyId })));
  if (told.every(Boolean)) return;
  terminal.stderr.write(
    `The event bus could not be told that a token of ${tenantOf(tenant)} was ${what}; that it was stands.\n`,
  );
};
