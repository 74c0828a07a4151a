// scim tenant create: a tenant, its token, and its throttling key. The modules of lambdas/ read the environment when they load,
// so every command imports them after its deployment is opened.

import type { TenantId } from '../../../lambdas/platform/tenant.ts';
import { ensureThrottleKey } from '../../shared/throttle-keys.ts';
import { defineCommand } from '../command/define-command.ts';
import { hasHostPerTenant } from '../deployment/deployment.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { pasteIntoEntra } from '../token/token-text.ts';

const NO_DOMAIN =
  'This Tenant URL is tied to this API. Another deployment would have a different one, and every customer would have to ' +
  'paste it: set your own domain (scim:domains) before you hand it out.';

export const createTenant = defineCommand({
  name: 'tenant create',
  args: ['<tenant>'],
  summary: 'Create a tenant and its token, and print both for Entra',
  findsCell: false,
  run: async ({ deployment }, id) => {
    if (hasHostPerTenant(deployment)) requireHostName(id);
    const { createTenant: create } = await import('../../../lambdas/operations/create-tenant.ts');
    const { token, createdAt } = await create(id, {
      // The gateway refuses a tenant without its key.
      onNameTaken: () => ensureThrottleKey(deployment.outputs, id),
    });
    const tenantUrl = deployment.tenantUrl(id);
    const warning = deployment.isLocal || deployment.outputs.DomainTarget ? undefined : NO_DOMAIN;
    return {
      json: { tenant: id, tenantUrl, token, createdAt, ...(warning && { warning }) },
      text: [
        `Tenant ${id} is ready.`,
        pasteIntoEntra(tenantUrl, token),
        `\`npm run scim -- token show ${id}\` prints both again.`,
        ...(warning ? [`Warning: ${warning.replace(/^T/, 't')}`] : []),
      ].join('\n\n'),
    };
  },
});

const requireHostName = (id: TenantId): void => {
  if (!/^-|-$/.test(id)) return;
  throw new OperatorError(
    `"${id}" cannot be part of a host name, which the wildcard domain requires: start and end it with a letter or a digit.`,
  );
};
