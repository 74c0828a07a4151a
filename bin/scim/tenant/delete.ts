// scim tenant delete: a tenant with everything it has stored, its tokens first.

import { confirm, yes } from '../command/confirm.ts';
import { defineCommand } from '../command/define-command.ts';
import { flushAuthorizerCache } from '../deployment/api-gateway.ts';
import type { StackOutputs } from '../deployment/stack-outputs.ts';
import { removeThrottleKey } from '../deployment/throttle-keys.ts';

export const deleteTenant = defineCommand({
  name: 'tenant delete',
  args: ['<tenant>'],
  summary: 'Delete a tenant and everything it has stored, permanently',
  options: { yes },
  run: async (context, id) => {
    const { readTenantInAnyState } = await import('../../../lambdas/tenants/read-tenant.ts');
    await readTenantInAnyState(id);
    const what = `All users, groups and tokens of ${id} on ${context.deployment.name} will be deleted permanently.`;
    await confirm(id, what, context);
    const { stderr } = context.terminal;
    const { outputs } = context.deployment;
    let resources = 0;
    let tokenForgotten = true;
    const { deleteTenant: erase } = await import('../../../lambdas/operations/delete-tenant.ts');
    await erase(id, {
      onTokensEnded: async () => {
        await removeThrottleKey(outputs, id);
        // The functions refuse requests whose token the gateway still has in its cache.
        tokenForgotten = await flush(outputs).then(
          () => true,
          () => false,
        );
      },
      onErased: (erased) => {
        resources += erased;
        if (stderr.isTTY) stderr.write(`\r${resources} resources deleted`);
      },
    });
    if (stderr.isTTY && resources) stderr.write('\n');
    return {
      json: { tenant: id, deleted: true, resources, tokenForgotten },
      text:
        `Tenant ${id} is deleted, with its token and ${resources} resources. Turn its provisioning off in Entra too: its ` +
        `requests get ${tokenForgotten ? '401' : '403, and soon 401'}.`,
    };
  },
});

const flush = ({ RestApiId = '', StageName = '' }: StackOutputs) =>
  flushAuthorizerCache(RestApiId, StageName);
