// scim token show: prints a tenant's token.

import { defineCommand } from '../command/define-command.ts';
import { pasteIntoEntra, stillAccepted, tokenJson } from './token-text.ts';

export const showToken = defineCommand({
  name: 'token show',
  args: ['<tenant>'],
  summary: 'Print the Tenant URL and the token',
  run: async ({ deployment }, id) => {
    const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { readTokenStatus } = await import('../../../lambdas/credentials/rotation.ts');
    const { incarnation } = await readActiveTenant(id);
    const status = await readTokenStatus(incarnation);
    const tenantUrl = deployment.tenantUrl(id);
    const text = [pasteIntoEntra(tenantUrl, status.current.token), ...stillAccepted(id, status)];
    return { json: tokenJson(id, tenantUrl, status), text: text.join('\n\n') };
  },
});
