// scim schema suggest: what clients send without a schema, as a file for schema add.

import { defineCommand } from '../command/define-command.ts';

export const suggestSchema = defineCommand({
  name: 'schema suggest',
  args: ['<tenant>'],
  summary: 'Print a file for schema add, from the extensions that clients send without a schema',
  run: async (_, id) => {
    const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { suggestSchemas } = await import('../../../lambdas/operations/suggest-schemas.ts');
    const { incarnation } = await readActiveTenant(id);
    const suggested = await suggestSchemas(incarnation);
    const [only] = suggested;
    const file = suggested.length === 1 && only ? only : suggested;
    return {
      json: file,
      text:
        suggested.length > 0 ? JSON.stringify(file, null, 2) : `Tenant ${id} has no values without a schema.`,
    };
  },
});
