// The authorizer returns the throttle key of a request: the tenant's own, or the stand-in.

import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { standInKey, throttleKey } from '../../lambdas/credentials/throttle-key.ts';
import { createToken } from '../../lambdas/credentials/write-token-secret.ts';
import { createdAtMs, tenantOf } from '../../lambdas/platform/tenant.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/scim/GET/acme/v2/Users';
const MINUTE_MS = 60_000;

beforeEach(() => {
  jest.resetModules();
});
afterEach(() => {
  delete process.env.TENANT_THROTTLE;
  jest.restoreAllMocks();
});

/** The authorizer's answer for a tenant of this age. */
const authorize = async (throttle: string | undefined, ageMs: number) => {
  if (throttle !== undefined) process.env.TENANT_THROTTLE = throttle;
  const { handler } = await import('../../lambdas/handlers/authorizer.ts');
  const { tenant, token } = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  jest.spyOn(Date, 'now').mockReturnValue(createdAtMs(tenant) + ageMs);
  return {
    tenant,
    result: await handler({ type: 'TOKEN', authorizationToken: `Bearer ${token}`, methodArn }),
  };
};

test('the key is that of the tenant once it is five minutes old', async () => {
  const { tenant, result } = await authorize('tenant', 5 * MINUTE_MS);
  expect(result.usageIdentifierKey).toBe(throttleKey('scim', tenantOf(tenant)).value);
});

test.each([0, 5 * MINUTE_MS - 1])('the key of a tenant that is %d ms old is the stand-in', async (ageMs) => {
  const { result } = await authorize('tenant', ageMs);
  expect(result.usageIdentifierKey).toBe(standInKey('scim').value);
});

// A name that is reused within the second of its deletion gets an incarnation in the future.
test('the key of a tenant whose second is still to come is the stand-in', async () => {
  const { result } = await authorize('tenant', -3_000);
  expect(result.usageIdentifierKey).toBe(standInKey('scim').value);
});

test('where the stand-in counts for all, it is the key of an old tenant too', async () => {
  const { result } = await authorize('standin', 10 * MINUTE_MS);
  expect(result.usageIdentifierKey).toBe(standInKey('scim').value);
});

test('where the stack has no key none is named', async () => {
  expect((await authorize(undefined, 10 * MINUTE_MS)).result).not.toHaveProperty('usageIdentifierKey');
});

test('a function that is told something else does not start', async () => {
  await expect(authorize('perhaps', 0)).rejects.toThrow('TENANT_THROTTLE');
});
