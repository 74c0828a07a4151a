// The provisioning log as it is read: by person, by request, by time, and what that costs.

import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { LogSpan } from '../../lambdas/log/read.ts';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import { documents } from '../../lambdas/table/client.ts';
import { logOf } from '../support/provisioning-log.ts';
import { ScimClient } from '../support/scim-client.ts';

const createUser = async (client: ScimClient, userName: string) =>
  (await client.post('/Users', { userName })).body.id;

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the entries of a user are found', () => {
  test('by a name of the past, with those before and after, and with memberships', async () => {
    const client = new ScimClient();
    const id = await createUser(client, 'maiden@veldt.example');
    await createUser(client, 'other@veldt.example');
    await client.patchWith(`/Users/${id}`, { op: 'replace', path: 'userName', value: 'wed@veldt.example' });
    await client.post('/Groups', { displayName: 'Team', members: [{ value: id }] });
    await client.delete(`/Users/${id}`);
    for (const user of ['MAIDEN@veldt.example', 'wed@veldt.example']) {
      const entries = await logOf(client, { user });
      expect(entries.map(({ operation, type }) => `${operation} ${type}`)).toEqual([
        'create User',
        'patch User',
        'create Group',
        'delete User',
      ]);
    }
  });

  test('by the name that they have now, however it was written when it was refused', async () => {
    const client = new ScimClient();
    await createUser(client, 'now@veldt.example');
    await client.post('/Users', { userName: 'NOW@veldt.example' });
    expect((await logOf(client, { user: 'now@veldt.example' })).map(({ status }) => status)).toEqual([
      201, 409,
    ]);
  });
});

describe('the log', () => {
  test('ends a request no differently when it cannot be written', async () => {
    const client = new ScimClient();
    const errors = jest.spyOn(console, 'error').mockReturnValue();
    const name = 'noLog';
    documents.middlewareStack.add(
      (next) => async (args) => {
        const { Item } = args.input as { Item?: { PK: string } };
        if (Item?.PK.endsWith('#LOG')) throw new Error('The log is full.');
        return next(args);
      },
      { step: 'initialize', name },
    );
    try {
      expect((await client.post('/Users', { userName: 'unlogged' })).status).toBe(201);
      expect((await client.post('/Users', { userName: 'unlogged' })).status).toBe(409);
    } finally {
      documents.middlewareStack.remove(name);
    }
    expect(await logOf(client)).toEqual([]);
    expect(errors.mock.calls.map(([line]) => JSON.parse(JSON.stringify(line)).message)).toEqual([
      'The provisioning log was not written.',
      'The provisioning log was not written.',
    ]);
  });

  test('is kept for 30 days', async () => {
    const client = new ScimClient();
    await createUser(client, 'old@veldt.example');
    const now = Date.now();
    const day = 24 * 60 * 60 * 1000;
    jest.spyOn(Date, 'now').mockReturnValue(now + 29.9 * day);
    expect(await logOf(client)).toHaveLength(1);
    jest.spyOn(Date, 'now').mockReturnValue(now + 30.1 * day);
    expect(await logOf(client)).toEqual([]);
  });

  test('begins where it is asked to, and ends with the newest', async () => {
    const client = new ScimClient();
    for (const name of ['one', 'two', 'three']) await createUser(client, name);
    const [, second] = await logOf(client);
    const namesIn = async (span: LogSpan) => (await logOf(client, span)).map(({ name }) => name);
    expect(await namesIn({ sinceMs: second?.at })).toEqual(['two', 'three']);
    expect(await namesIn({ limit: 1 })).toEqual(['three']);
  });

  test.each(['tenant', 'tenantless'] as const)(
    'of one tenant is not that of another (%s form)',
    async (form) => {
      const [one, other] = [new ScimClient().in(form), new ScimClient().in(form)];
      await one.post('/Users', {});
      expect(await logOf(one)).toHaveLength(1);
      expect(await logOf(other)).toEqual([]);
    },
  );

  test('has nothing of a token of another tenant, whichever of the two asks', async () => {
    const [one, other] = [new ScimClient(), new ScimClient()];
    expect((await one.get('/Users', { tokenTenant: other.tenant })).status).toBe(403);
    expect(await logOf(one)).toEqual([]);
    expect(await logOf(other)).toEqual([]);
  });

  test('goes with its tenant, and nothing is entered after that', async () => {
    const client = new ScimClient();
    await client.createTenant();
    await createUser(client, 'gone@veldt.example');
    await deleteTenant(client.tenant);
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + 61_000);
    expect((await client.get('/Users')).status).toBe(403);
    expect(await logOf(client)).toEqual([]);
  });
});
