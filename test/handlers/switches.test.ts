// A closed tenant is refused everything, with one answer, before anybody looks at what was asked.

import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { pause, resume } from '../../lambdas/directory/tenant-switches.ts';
import { createTenant, deleteTenant } from '../../lambdas/directory/tenants.ts';
import { close, findClosure, open } from '../../lambdas/store/switches.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const openTenant = async () => {
  const client = new ScimClient();
  await createTenant(client.tenant);
  return client;
};

const minuteLater = () => {
  const now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now + 61_000);
};
afterEach(() => {
  jest.restoreAllMocks();
});

const requests: [what: string, asked: { method: string; path: string; body?: unknown }][] = [
  [
    "Entra's probe",
    { method: 'GET', path: `/Users${filterBy('userName eq "7d420df3-9995-4831-a406-ecf8166f5f6a"')}` },
  ],
  ['a user that is not there', { method: 'GET', path: '/Users/7d420df3-9995-4831-a406-ecf8166f5f6a' }],
  ['a new user', { method: 'POST', path: '/Users', body: { userName: 'alice' } }],
  ['a body that is no JSON', { method: 'POST', path: '/Groups', body: '{' }],
  ['a method that is not possible', { method: 'DELETE', path: '/Schemas' }],
  ['a path that leads nowhere', { method: 'GET', path: '/Nowhere/at/all' }],
  ['the description of the service', { method: 'GET', path: '/ServiceProviderConfig' }],
  ['/Me', { method: 'GET', path: '/Me' }],
];

describe('while its tenant is paused', () => {
  test.each(requests)(
    '%s is answered with 403 and who paused what since when',
    async (_, { method, path, body }) => {
      const client = await openTenant();
      const { since } = await pause(client.tenant);
      const answer = await client.send(method, path, { body });
      expect(answer.status).toBe(403);
      expect(answer.body).toEqual({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '403',
        detail: expect.stringContaining(`This tenant has been paused by its operator since ${since}.`),
      });
    },
  );

  test('a token of another tenant learns nothing of that', async () => {
    const client = await openTenant();
    await pause(client.tenant);
    const { body } = await client.get('/Users', { tokenTenant: 'other' });
    expect(body.detail).toContain('belongs to another Tenant URL');
  });

  test('other tenants are served', async () => {
    const [paused, other] = await Promise.all([openTenant(), openTenant()]);
    await pause(paused.tenant);
    expect((await other.get('/Users')).status).toBe(200);
  });
});

describe('a switch takes effect within a minute', () => {
  test('in a function that has served the tenant just now', async () => {
    const client = await openTenant();
    expect((await client.get('/Users')).status).toBe(200);
    await close(client.tenant, { reason: 'paused', since: '2026-11-21T00:00:00.000Z' });
    minuteLater();
    expect((await client.get('/Users')).status).toBe(403);
  });

  test('and so does its end', async () => {
    const client = await openTenant();
    await pause(client.tenant);
    expect((await client.get('/Users')).status).toBe(403);
    await open(client.tenant);
    minuteLater();
    expect((await client.get('/Users')).status).toBe(200);
  });
});

describe('pausing and resuming', () => {
  test('may be repeated: the first pause counts, and the first end ends it', async () => {
    const { tenant } = await openTenant();
    const first = await pause(tenant);
    expect(await pause(tenant)).toEqual(first);
    expect(await resume(tenant)).toBe(true);
    expect(await resume(tenant)).toBe(false);
  });

  test('is refused for a tenant that does not exist, and leaves no switch', async () => {
    const { tenant } = new ScimClient();
    await expect(pause(tenant)).rejects.toMatchObject({ code: 'noSuchTenant' });
    expect(await findClosure(tenant)).toBeUndefined();
  });
});

describe('a request that comes in while its tenant is deleted', () => {
  test('is refused with what to do in Entra, though the gateway still knows its token', async () => {
    const client = await openTenant();
    expect((await client.get('/Users')).status).toBe(200);
    let during: unknown;
    await deleteTenant(client.tenant, {
      onTokensEnded: async () => {
        during = (await client.post('/Users', { userName: 'late' })).body;
      },
    });
    expect(during).toMatchObject({ status: '403', detail: expect.stringContaining('in Entra') });
    expect((await client.get('/Users')).status).toBe(403);
  });

  test('and was under way when it began leaves nothing in a new tenant of the same name', async () => {
    const client = await openTenant();
    let written = false;
    await deleteTenant(client.tenant);
    await open(client.tenant);
    minuteLater();
    written = (await client.post('/Users', { userName: 'late' })).status === 201;
    jest.restoreAllMocks();
    await createTenant(client.tenant);
    expect(written).toBe(true);
    expect((await client.get('/Users')).body.totalResults).toBe(0);
    expect((await client.post('/Users', { userName: 'late' })).status).toBe(201);
  });
});
