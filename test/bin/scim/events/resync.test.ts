// What the operator sees of a resync; what the product hears of it is in test/operations/resync.test.ts.

import { describe, expect, test } from '@jest/globals';
import { createTenant } from '../../../../lambdas/operations/create-tenant.ts';
import { markTenantDeleting } from '../../../../lambdas/tenants/tenants-table.ts';
import { freshTenantId } from '../../../setup/fresh-tenant.ts';
import { ScimClient } from '../../../support/scim-client.ts';
import { playStacks } from '../cloudformation.ts';
import { scim } from '../terminal.ts';

playStacks();

describe('resync', () => {
  test('says how much is told', async () => {
    const client = new ScimClient(freshTenantId());
    await client.createTenant();
    const { id } = (await client.post('/Users', { userName: 'alice' })).body;
    await client.post('/Groups', { displayName: 'Dredging', members: [{ value: id }] });
    const { exitCode, stdout } = await scim(`--stack Scim resync ${client.tenant}`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/user\.created +1\n +group\.created +1\n +group\.member\.added +1\n/);
    const { stdout: json } = await scim(`--stack Scim resync ${client.tenant} --json`);
    expect(JSON.parse(json)).toEqual({
      tenant: client.tenant,
      resyncId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      users: 1,
      groups: 1,
      memberships: 1,
    });
  });

  test('refuses a tenant that is not there, or is being deleted', async () => {
    const id = freshTenantId();
    expect(await scim(`--stack Scim resync ${id}`)).toMatchObject({ exitCode: 1 });
    await createTenant(id);
    await markTenantDeleting(id, '2026-11-21T00:00:00.000Z');
    expect((await scim(`--stack Scim resync ${id}`)).stderr).toContain('is being deleted');
  });
});
