// However the last run ended, the next one has tenant acme and a token for it. A table of its own, because other tests
// have an acme too.

import { beforeAll, expect, test } from '@jest/globals';
import { ensureFirstTenant, FIRST_TENANT } from '../../../bin/local/first-tenant.ts';
import { createTable } from '../../../bin/local/table/create-table.ts';
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
  const { deleteToken } = await import('../../../lambdas/credentials/write-token-secret.ts');
  const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
  const token = await ensureFirstTenant();
  const { incarnation } = await readActiveTenant(FIRST_TENANT);
  await deleteToken(incarnation);

  const next = await ensureFirstTenant();

  expect(next.startsWith(`scim1.${incarnation}.`)).toBe(true);
  expect(next).not.toBe(token);
});

test('where its deletion was cut off, that is completed and acme created anew', async () => {
  const { markTenantDeleting, findTenant } = await import('../../../lambdas/tenants/tenants-table.ts');
  const token = await ensureFirstTenant();
  await markTenantDeleting(FIRST_TENANT, new Date().toISOString());

  const next = await ensureFirstTenant();

  expect(next).not.toBe(token);
  expect(await findTenant(FIRST_TENANT)).toMatchObject({ state: 'active' });
});

test('where its creation was cut off, that is completed', async () => {
  const { deleteTenant } = await import('../../../lambdas/operations/delete-tenant.ts');
  const { findTenant, insertTenant } = await import('../../../lambdas/tenants/tenants-table.ts');
  const { incarnationAt } = await import('../../../lambdas/platform/tenant.ts');
  await deleteTenant(FIRST_TENANT);
  const incarnation = incarnationAt(FIRST_TENANT, Date.now() + 60_000);
  await insertTenant(incarnation, new Date().toISOString());

  await ensureFirstTenant();

  expect(await findTenant(FIRST_TENANT)).toMatchObject({ incarnation, state: 'active' });
});
