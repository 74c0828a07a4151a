// A token that an operator has ended is refused by every function within a minute, though the gateway may still accept it.

import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import { tenantOf } from '../../lambdas/platform/tenant.ts';
import { endedTokenKey } from '../../lambdas/table/keys.ts';
import { getItem } from '../../lambdas/table/read.ts';
import { admit } from '../../lambdas/tenants/admission.ts';
import { noteEndedTokens } from '../../lambdas/tenants/ended-tokens-table.ts';
import { ScimClient } from '../support/scim-client.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const openTenant = async () => {
  const client = new ScimClient();
  await client.createTenant();
  return client;
};

const admitted = (tenant: ScimClient['incarnation'], keyId: string) =>
  admit({ kind: 'token', tenant, keyId }).then(
    () => true,
    (error: { readonly code?: string; readonly status?: number }) => [error.code, error.status],
  );

describe('a token that has ended', () => {
  test('is refused, and no other one (S2.7)', async () => {
    const { incarnation } = await openTenant();
    await noteEndedTokens(incarnation, ['old', 'older'], Date.now());
    expect(await admitted(incarnation, 'old')).toEqual(['tokenEnded', 403]);
    expect(await admitted(incarnation, 'older')).toEqual(['tokenEnded', 403]);
    expect(await admitted(incarnation, 'new')).toBe(true);
  });

  test('is refused after a minute by a function that had accepted it (S2.7)', async () => {
    const { incarnation } = await openTenant();
    expect(await admitted(incarnation, 'old')).toBe(true);
    await noteEndedTokens(incarnation, ['old'], Date.now());
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + 61_000);
    expect(await admitted(incarnation, 'old')).toEqual(['tokenEnded', 403]);
  });

  test('is noted for longer than the gateway remembers it, and not for ever (S2.7)', async () => {
    const { incarnation } = await openTenant();
    const seconds = Math.floor(Date.now() / 1000);
    await noteEndedTokens(incarnation, ['old'], Date.now());
    const note = await getItem(endedTokenKey(incarnation, 'old'));
    expect(Number(note?.ExpiresAt) - seconds).toBeGreaterThan(3600 + 300);
    expect(Number(note?.ExpiresAt) - seconds).toBeLessThan(2 * 86_400);
  });

  test('leaves no note behind when its tenant is deleted (S2.7)', async () => {
    const { incarnation } = await openTenant();
    await noteEndedTokens(incarnation, ['old'], Date.now());
    await deleteTenant(tenantOf(incarnation));
    expect(await getItem(endedTokenKey(incarnation, 'old'))).toBeUndefined();
  });
});
