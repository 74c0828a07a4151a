// However the last run ended, the next one has tenant acme and a token for it. A table of its own, because other tests
// have an acme too.

import { beforeAll, expect, test } from '@jest/globals';
import { ensureFirstTenant, FIRST_TENANT } from '../../../bin/local/first-tenant.ts';
import { createTable } from '../../../bin/local/table.ts';
import { tableDefinition } from '../../setup/table-definition.ts';

beforeAll(async () => {
  process.env.TABLE_NAME = 'first-tenant';
  process.env.SECRET_PREFIX = 'first-tenant';
  await createTable(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', 'first-tenant', tableDefinition);
});

test('acme is created once, and keeps its token', async () => {
  const token = await ensureFirstTenant();

  expect(token).toMatch(/^scim1\.acme\./);
  expect(await ensureFirstTenant()).toBe(token);
});

test('where its secret is lost, it gets a new token', async () => {
  const { deleteToken } = await import('../../../lambdas/tokens/secrets.ts');
  const token = await ensureFirstTenant();
  await deleteToken(FIRST_TENANT);

  const next = await ensureFirstTenant();

  expect(next).toMatch(/^scim1\.acme\./);
  expect(next).not.toBe(token);
});

test('where its deletion was cut off, that is completed and acme created anew', async () => {
  const { markTenantDeleting, findTenant } = await import('../../../lambdas/store/tenants.ts');
  const token = await ensureFirstTenant();
  await markTenantDeleting(FIRST_TENANT, new Date().toISOString());

  const next = await ensureFirstTenant();

  expect(next).not.toBe(token);
  expect(await findTenant(FIRST_TENANT)).not.toHaveProperty('deletingSince');
});
