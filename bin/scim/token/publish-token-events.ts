// Tokens have no stream that events follow from: a command that creates or ends one publishes the event itself.

import { type Incarnation, tenantOf } from '../../../lambdas/platform/tenant.ts';
import type { Context } from '../command/context.ts';

/**
 * Publishes one event for each of `keyIds`. When that fails, it warns the operator and does not throw: the change to the tokens
 * stands, so the command has succeeded.
 */
export const publishTokenEvents = async (
  { deployment, terminal }: Context,
  tenant: Incarnation,
  what: 'rotated' | 'retired',
  keyIds: readonly string[],
): Promise<void> => {
  if (keyIds.length === 0 || !deployment.outputs.EventBusName) return;
  const { publishTokenRetired, publishTokenRotated } = await import(
    '../../../lambdas/credentials/token-events.ts'
  );
  const publish = what === 'rotated' ? publishTokenRotated : publishTokenRetired;
  const published = await Promise.all(keyIds.map((keyId) => publish({ tenant, keyId })));
  if (published.every(Boolean)) return;
  terminal.stderr.write(
    `A token of ${tenantOf(tenant)} was ${what}, but the event about it could not be published.\n`,
  );
};
