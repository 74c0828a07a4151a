// What the commands of a webhook have in common.

import type { Incarnation, TenantId } from '../../../lambdas/platform/tenant.ts';
import { fields } from '../command/answer.ts';

/** Throws unless the tenant is active: no other can have a webhook. */
export const activeIncarnation = async (id: TenantId): Promise<Incarnation> => {
  const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
  return (await readActiveTenant(id)).incarnation;
};

/** The signing secret, and who needs it. */
export const forReceiver = (secret: string): string =>
  `${fields([['Signing secret', secret]])}\n\n` +
  'Give it to whoever receives the events: any library of standardwebhooks.com verifies their signatures with it.';
