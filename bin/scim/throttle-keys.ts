// The API key of a tenant, where the stack has a usage plan: without it the gateway refuses all of the tenant's requests.

import type { TenantId } from '../../lambdas/tenants/tenant.ts';
import { ensureApiKey, removeApiKey } from './api-gateway.ts';
import type { StackOutputs } from './stack-outputs.ts';

const throttleKeyOf = async (tenant: TenantId): Promise<string> =>
  (await import('../../lambdas/tokens/throttle-key.ts')).throttleKey(tenant);

/** Makes what is missing of the tenant's key; false when nothing was, or the stack throttles nobody. */
export const ensureThrottleKey = async (
  { UsagePlanId }: Pick<StackOutputs, 'UsagePlanId'>,
  tenant: TenantId,
): Promise<boolean> => UsagePlanId !== undefined && ensureApiKey(UsagePlanId, await throttleKeyOf(tenant));

/** Removes the tenant's key, if the stack has any. */
export const removeThrottleKey = async (
  { UsagePlanId }: Pick<StackOutputs, 'UsagePlanId'>,
  tenant: TenantId,
): Promise<void> => {
  if (UsagePlanId !== undefined) await removeApiKey(await throttleKeyOf(tenant));
};
