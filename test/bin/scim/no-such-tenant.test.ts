// Commands about a tenant that does not exist, or is being deleted.

import { expect, test } from '@jest/globals';
import { markTenantDeleting } from '../../../lambdas/tenants/tenants-table.ts';
import { freshTenantId } from '../../setup/fresh-tenant.ts';
import { playGateway } from './gateway.ts';
import { create, scim } from './stack-scim.ts';

playGateway();

test.each([
  'tenant show',
  'tenant delete --yes',
  'tenant pause',
  'tenant resume',
  'tenant throttle',
  'token show',
  'token rotate',
  'token rotate --force',
  'token retire',
  'token status',
  'token revoke --now',
])('%s says that there is no such tenant', async (command) => {
  const id = freshTenantId();
  expect(await scim(`${command} ${id}`)).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `On stack Scim:\nThere is no tenant "${id}".\n`,
  });
});

test.each([
  'tenant create',
  'tenant pause',
  'tenant resume',
  'tenant throttle',
  'token show',
  'token rotate',
  'token rotate --force',
  'token schedule --off',
])('%s is refused while the tenant is being deleted', async (command) => {
  const { id } = await create();
  await markTenantDeleting(id, new Date().toISOString());
  const { exitCode, stderr } = await scim(`${command} ${id}`);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`\`npm run scim -- tenant delete ${id}\` completes that`);
});
