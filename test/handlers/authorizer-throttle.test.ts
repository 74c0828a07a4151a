// Where the stack has a usage plan, the authorizer names the key that a tenant's requests count for.

import { randomUUID } from 'node:crypto';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { asTenantId, tenantOf } from '../../lambdas/tenants/tenant.ts';
import { createToken } from '../../lambdas/tokens/secrets.ts';
import { throttleKey } from '../../lambdas/tokens/throttle-key.ts';
import { freshIncarnation, tenantId } from '../setup/fresh-tenant.ts';

const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/scim/GET/acme/v2/Users';

beforeEach(() => {
  jest.resetModules();
});

const authorize = async (throttle: string) => {
  process.env.TENANT_THROTTLE = throttle;
  const { handler } = await import('../../lambdas/handlers/authorizer.ts');
  const { tenant, token } = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  return {
    tenant,
    result: await handler({ type: 'TOKEN', authorizationToken: `Bearer ${token}`, methodArn }),
  };
};

test('the key is that of the tenant', async () => {
  const { tenant, result } = await authorize('on');
  expect(result.usageIdentifierKey).toBe(`tenant-throttle-key-scim-${tenantOf(tenant)}`);
});

test('without a usage plan no key is named', async () => {
  expect((await authorize('off')).result).not.toHaveProperty('usageIdentifierKey');
});

test('a function that is told neither on nor off does not start', async () => {
  await expect(authorize('perhaps')).rejects.toThrow('TENANT_THROTTLE');
});

test.each(['acm', 'a'.repeat(32)])('the key of tenant %s is one that API Gateway takes', (tenant) => {
  expect(asTenantId(tenant)).toBeDefined();
  const key = throttleKey(tenantId(tenant));
  expect(key.length).toBeGreaterThanOrEqual(20);
  // The prefix of the secrets may have 64 characters, `scim` has 4.
  expect(key.length - 4 + 64).toBeLessThanOrEqual(128);
});
