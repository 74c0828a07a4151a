// scim schema remove: a schema is gone from the tenant, the values that were written with it are not.

import { confirm, yes } from '../command/confirm.ts';
import { defineCommand } from '../command/define-command.ts';

export const removeSchema = defineCommand({
  name: 'schema remove',
  args: ['<tenant>', '<urn>'],
  summary: 'Remove a schema; its values stay stored',
  options: { yes },
  run: async (context, id, urn) => {
    const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { removeSchema: remove } = await import('../../../lambdas/operations/change-schemas.ts');
    const { incarnation } = await readActiveTenant(id);
    const what = `Clients of ${id} on ${context.deployment.name} can no longer read or write the attributes of ${urn}.`;
    await confirm(id, what, context);
    await remove(incarnation, urn);
    return {
      json: { tenant: id, schema: urn, removed: true },
      text: `${urn} is removed from tenant ${id}. Its values stay, as those of an undeclared extension.`,
    };
  },
});
