// scim tenant throttle: creates the API keys that requests are counted by, where they are missing.

import type { TenantId } from '../../../lambdas/platform/tenant.ts';
import { ensureThrottleKey, tenantsWithoutThrottleKey } from '../../shared/throttle-keys.ts';
import { defineCommand, flag } from '../command/define-command.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { requireScope } from './scope.ts';

export const throttleTenant = defineCommand({
  name: 'tenant throttle',
  args: ['[tenant]'],
  summary: "Create a tenant's throttling key if it is missing",
  options: { all: flag('Create the missing keys of all tenants') },
  run: async (context, id) => {
    requireScope(id, context);
    const { outputs, name } = context.deployment;
    if (!outputs.UsagePlanId) {
      throw new OperatorError(`No tenant is throttled on ${name}: scim:tenantRequestsPerSecond is 0 there.`);
    }
    const asked = id ? [await requireActive(id)] : await tenantsWithoutThrottleKey(outputs);
    const made: TenantId[] = [];
    for (const each of asked) if (await ensureThrottleKey(outputs, each)) made.push(each);
    return {
      json: { made },
      text: made.length
        ? `Created the keys of ${made.join(', ')}. It may take minutes until they are known everywhere in API Gateway.`
        : 'Nothing to do: no key was missing.',
    };
  },
});

const requireActive = async (id: TenantId): Promise<TenantId> => {
  const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
  return (await readActiveTenant(id)).id;
};
