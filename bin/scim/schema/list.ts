// scim schema list: the schemas that a tenant has beyond the standard ones.

import { table } from '../command/answer.ts';
import { defineCommand } from '../command/define-command.ts';
import { describeSchema, schemaJson } from './schema-text.ts';

export const listSchemas = defineCommand({
  name: 'schema list',
  args: ['<tenant>'],
  summary: 'List the schemas beyond the standard ones',
  run: async (_, id) => {
    const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { readSchemas } = await import('../../../lambdas/tenants/schemas-table.ts');
    const { incarnation } = await readActiveTenant(id);
    const definitions = await readSchemas(incarnation);
    const rows = definitions.map((definition) => [
      definition.schema.id,
      describeSchema(definition),
      String(definition.schema.attributes.length),
    ]);
    return {
      json: definitions.map(schemaJson),
      text: rows.length
        ? table([['SCHEMA', 'WHAT IT DOES', 'ATTRIBUTES'], ...rows])
        : `Tenant ${id} has the standard schemas only.`,
    };
  },
});
