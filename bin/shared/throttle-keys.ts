// The API key of a tenant. Where the stack has a usage plan, the gateway refuses every request of a tenant without one.

import { throttleKey, throttleKeyFolder } from '../../lambdas/credentials/throttle-key.ts';
import type { TenantId } from '../../lambdas/platform/tenant.ts';
import { ensureApiKey, removeApiKey, walkKeysOfPlan } from './api-gateway.ts';

/** The outputs of the stack that throttling keys depend on. */
export interface ThrottleOutputs {
  readonly SecretPrefix: string;
  /** Undefined when the stack does not throttle. */
  readonly UsagePlanId?: string | undefined;
}

/** Creates the tenant's key if it is missing; false when it was there, or the stack does not throttle. */
export const ensureThrottleKey = async (
  { SecretPrefix, UsagePlanId }: ThrottleOutputs,
  tenant: TenantId,
): Promise<boolean> =>
  UsagePlanId !== undefined && ensureApiKey(UsagePlanId, throttleKey(SecretPrefix, tenant));

/** Deletes the tenant's key, if the stack throttles. */
export const removeThrottleKey = async (
  { SecretPrefix, UsagePlanId }: ThrottleOutputs,
  tenant: TenantId,
): Promise<void> => {
  if (UsagePlanId !== undefined) await removeApiKey(throttleKey(SecretPrefix, tenant).name);
};

/**
 * The active tenants that would be refused if `throttle: tenant` were deployed now: those whose key is missing or not in the
 * plan; all of them when the stack has no plan yet. Reads every key, 500 per call, and every tenant.
 */
export const tenantsWithoutThrottleKey = async ({
  SecretPrefix,
  UsagePlanId,
}: ThrottleOutputs): Promise<TenantId[]> => {
  const { listTenants } = await import('../../lambdas/tenants/read-tenant.ts');
  const present = new Set<string>();
  if (UsagePlanId !== undefined) {
    for await (const name of walkKeysOfPlan(UsagePlanId, throttleKeyFolder(SecretPrefix))) present.add(name);
  }
  return (await listTenants())
    .filter(({ id, state }) => state === 'active' && !present.has(throttleKey(SecretPrefix, id).name))
    .map(({ id }) => id);
};
