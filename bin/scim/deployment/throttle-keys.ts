// The API key of a tenant, where the stack has a usage plan: without it the gateway refuses all of the tenant's requests.

import { throttleKey, throttleKeyFolder } from '../../../lambdas/credentials/throttle-key.ts';
import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { ensureApiKey, removeApiKey, walkKeysOfPlan } from './api-gateway.ts';
import type { StackOutputs } from './stack-outputs.ts';

/** What a stack says of the keys of its tenants. */
export type ThrottleOutputs = Pick<StackOutputs, 'SecretPrefix' | 'UsagePlanId'>;

/** Makes what is missing of the tenant's key; false when nothing was, or the stack throttles nobody. */
export const ensureThrottleKey = async (
  { SecretPrefix, UsagePlanId }: ThrottleOutputs,
  tenant: TenantId,
): Promise<boolean> =>
  UsagePlanId !== undefined && ensureApiKey(UsagePlanId, throttleKey(SecretPrefix, tenant));

/** Removes the tenant's key, if the stack has any. */
export const removeThrottleKey = async (
  { SecretPrefix, UsagePlanId }: ThrottleOutputs,
  tenant: TenantId,
): Promise<void> => {
  if (UsagePlanId !== undefined) await removeApiKey(throttleKey(SecretPrefix, tenant).name);
};

/**
 * The tenants that would be refused if `throttle: tenant` were deployed now: those whose key is missing, or not in the plan;
 * all, where the stack has no plan yet. Reads every key once, 500 a call, and every tenant.
 */
export const tenantsWithoutThrottleKey = async ({
  SecretPrefix,
  UsagePlanId,
}: ThrottleOutputs): Promise<TenantId[]> => {
  const { listTenants } = await import('../../../lambdas/tenants/read-tenant.ts');
  const present = new Set<string>();
  if (UsagePlanId !== undefined) {
    for await (const name of walkKeysOfPlan(UsagePlanId, throttleKeyFolder(SecretPrefix))) present.add(name);
  }
  return (await listTenants())
    .filter(({ id, state }) => state === 'active' && !present.has(throttleKey(SecretPrefix, id).name))
    .map(({ id }) => id);
};
