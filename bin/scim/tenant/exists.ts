// scim tenant exists: hidden, because it is what one cell is asked when a command looks for the cell of a tenant.

import { defineCommand } from '../command/define-command.ts';

export const tenantExists = defineCommand({
  name: 'tenant exists',
  args: ['<tenant>'],
  summary: 'Tell whether a tenant exists',
  isHidden: true,
  run: async (_, id) => {
    const { findTenant } = await import('../../../lambdas/tenants/tenants-table.ts');
    const exists = (await findTenant(id)) !== undefined;
    return {
      json: { tenant: id, exists },
      text: exists ? `Tenant ${id} exists.` : `There is no tenant ${id}.`,
    };
  },
});
