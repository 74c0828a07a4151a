// One key per tenant and deployment in an account, and the same wherever it is derived.

import { expect, test } from '@jest/globals';
import { standInKey, throttleKey, throttleKeyFolder } from '../../lambdas/credentials/throttle-key.ts';
import { tenantId } from '../setup/fresh-tenant.ts';

// printf 'scim\0acme' | sha256sum
test.each([
  ['scim', 'acme', 'd4e8078a5ea8a49ca95276b0fae0d2322c6986ff8aaee1bf06591224d78a79d1'],
  ['scim', 'eu-acme', 'c406b4ab6ab69d323ac8ed42fb73ca8ae3a017f26153c923181cc3a61657be4c'],
  ['scim-eu', 'acme', '69a30ab1f4f28a5d9df668c834809ba82125bd4a53ae20858696bce27f07af1f'],
])('prefix %s and tenant %s', (prefix, tenant, value) => {
  expect(throttleKey(prefix, tenantId(tenant))).toEqual({ name: `${prefix}/${tenant}`, value });
});

test('the stand-in of prefix scim', () => {
  expect(standInKey('scim')).toEqual({
    name: 'scim-stand-in',
    value: '318f113c01a0b91b040da2ac918d23d7c683e80d8db3858b9b988e304905e35d',
  });
});

test('no two deployments share a key, however prefix and tenant meet', () => {
  const keys = [
    throttleKey('scim', tenantId('eu-acme')),
    throttleKey('scim-eu', tenantId('acme')),
    throttleKey('scim', tenantId('stand-in')),
    throttleKey('scim-stand-in', tenantId('stand-in')),
    ...['scim', 'scim-eu', 'scim-stand-in'].map(standInKey),
  ];
  for (const part of ['name', 'value'] as const) {
    expect(new Set(keys.map((key) => key[part])).size).toBe(keys.length);
  }
});

test('the tenants of a deployment are listed by what their names begin with, and nothing else is', () => {
  const names = [
    throttleKey('scim', tenantId('acme')),
    throttleKey('scim-eu', tenantId('acme')),
    standInKey('scim'),
    standInKey('scim-eu'),
  ].map(({ name }) => name);
  expect(names.filter((name) => name.startsWith(throttleKeyFolder('scim')))).toEqual(['scim/acme']);
});

test.each(['acm', 'a'.repeat(32)])('that of tenant %s is one that API Gateway takes', (tenant) => {
  for (const prefix of ['s', 'p'.repeat(64)]) {
    expect(throttleKey(prefix, tenantId(tenant)).value).toMatch(/^[0-9a-f]{64}$/);
  }
});
