// Every request of a closed tenant gets the same refusal, before it is routed.

import '../support/own-table.ts';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import { tenantOf } from '../../lambdas/platform/tenant.ts';
import { documents, tableName } from '../../lambdas/table/client.ts';
import { settingsPK, stateKey } from '../../lambdas/table/keys.ts';
import { pause, resume } from '../../lambdas/tenants/switches.ts';
import { pauseTenant, resumeTenant } from '../../lambdas/tenants/switches-table.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';
import { itemsOf } from '../support/items-of.ts';
import { openOwnTable } from '../support/open-own-table.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';

beforeAll(openOwnTable);

const openTenant = async () => {
  const client = new ScimClient();
  await client.createTenant();
  return client;
};

const later = (milliseconds: number) => {
  const now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now + milliseconds);
};
const minuteLater = () => later(61_000);
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
  ['a body that is not JSON', { method: 'POST', path: '/Groups', body: '{' }],
  ['an unsupported method', { method: 'DELETE', path: '/Schemas' }],
  ['a path that leads nowhere', { method: 'GET', path: '/Nowhere/at/all' }],
  ['the description of the service', { method: 'GET', path: '/ServiceProviderConfig' }],
  ['/Me', { method: 'GET', path: '/Me' }],
];

describe('while its tenant is paused', () => {
  test.each(requests)(
    '%s is answered with 403 and who paused what since when',
    async (_, { method, path, body }) => {
      const client = await openTenant();
      const since = await pause(client.incarnation);
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
    await pause(client.incarnation);
    const { body } = await client.get('/Users', { tokenTenant: 'other' });
    expect(body.detail).toContain('belongs to another Tenant URL');
  });

  test('other tenants are served', async () => {
    const [paused, other] = await Promise.all([openTenant(), openTenant()]);
    await pause(paused.incarnation);
    expect((await other.get('/Users')).status).toBe(200);
  });
});

describe('a switch takes effect within a minute', () => {
  test('in a function that has served the tenant just now', async () => {
    const client = await openTenant();
    expect((await client.get('/Users')).status).toBe(200);
    await pauseTenant(client.incarnation, '2026-11-21T00:00:00.000Z');
    minuteLater();
    expect((await client.get('/Users')).status).toBe(403);
  });

  test('and so does its end', async () => {
    const client = await openTenant();
    await pause(client.incarnation);
    expect((await client.get('/Users')).status).toBe(403);
    await resumeTenant(client.incarnation);
    minuteLater();
    expect((await client.get('/Users')).status).toBe(200);
  });
});

describe('pausing and resuming', () => {
  test('may be repeated: the first pause counts, and the first end ends it', async () => {
    const { incarnation: tenant } = await openTenant();
    const first = await pause(tenant);
    expect(await pause(tenant)).toEqual(first);
    expect(await resume(tenant)).toBe(true);
    expect(await resume(tenant)).toBe(false);
  });

  test('of a tenant that is gone leaves no switch', async () => {
    const tenant = freshIncarnation();
    await pause(tenant);
    expect(await resume(tenant)).toBe(false);
    const query = { ExpressionAttributeValues: { ':pk': settingsPK(tenant) } };
    const { Items } = await documents.send(
      new QueryCommand({ TableName: tableName, KeyConditionExpression: 'PK = :pk', ...query }),
    );
    expect(Items).toEqual([]);
  });
});

describe('a request that comes in while its tenant is deleted', () => {
  test('is refused with what to do in Entra, though the gateway still knows its token', async () => {
    const client = await openTenant();
    expect((await client.get('/Users')).status).toBe(200);
    let during: unknown;
    await deleteTenant(client.tenant, {
      onTokensEnded: async () => {
        minuteLater();
        during = (await client.post('/Users', { userName: 'late' })).body;
      },
    });
    expect(during).toMatchObject({ status: '403', detail: expect.stringContaining('in Entra') });
    expect((await client.get('/Users')).status).toBe(403);
  });

  test('and after that, by whichever function, until the gateway has forgotten its token', async () => {
    const client = await openTenant();
    await deleteTenant(client.tenant);
    minuteLater();
    const { status, body } = await client.get('/Users');
    expect({ status, detail: body.detail }).toEqual({
      status: 403,
      detail: expect.stringContaining('This tenant was deleted: switch its provisioning off in Entra.'),
    });
    expect(await itemsOf(client.incarnation)).toEqual([]);
  });

  test('is not served by a new tenant of the same name, whose settings a function remembers', async () => {
    const former = await openTenant();
    await former.get('/Users');
    await deleteTenant(former.tenant);
    const present = new ScimClient(former.tenant);
    await present.createTenant();
    expect((await present.post('/Users', { userName: 'alice' })).status).toBe(201);
    minuteLater();
    expect((await former.get('/Users')).status).toBe(403);
    expect((await present.get('/Users')).body.totalResults).toBe(1);
  });

  test('sees the former tenant for a minute at most where a function remembers its settings, and nothing of the new one', async () => {
    const former = await openTenant();
    await former.get('/Users');
    await deleteTenant(former.tenant);
    const present = new ScimClient(former.tenant);
    await present.createTenant();
    await former.post('/Users', { userName: 'late' });
    expect((await present.get('/Users')).body.totalResults).toBe(0);
    expect((await present.post('/Users', { userName: 'late' })).status).toBe(201);
    minuteLater();
    expect((await former.get('/Users')).status).toBe(403);
  });
});

describe('a tenant that has no state', () => {
  test('is gone only when a strongly consistent read says so as well', async () => {
    const client = await openTenant();
    const send = documents.send.bind(documents);
    const reads: boolean[] = [];
    // As an eventually consistent read sees a tenant that was created just now.
    jest.spyOn(documents, 'send').mockImplementation((async (command: QueryCommand, ...rest: []) => {
      const { KeyConditionExpression, ConsistentRead, ExpressionAttributeValues: values } = command.input;
      const isSettings = KeyConditionExpression && values?.[':pk'] === settingsPK(client.incarnation);
      if (isSettings) reads.push(ConsistentRead === true);
      return isSettings && !ConsistentRead ? { Items: [] } : send(command as never, ...rest);
    }) as never);
    expect((await client.get('/Users')).status).toBe(200);
    expect(reads).toEqual([false, true]);
  });

  test('is not taken for gone for longer than seconds', async () => {
    const tenant = freshIncarnation();
    const client = new ScimClient(tenantOf(tenant)).useTokenOf(tenant);
    expect((await client.get('/Users')).body.detail).toContain('This tenant was deleted');
    await documents.send(new PutCommand({ TableName: tableName, Item: stateKey(client.incarnation) }));
    later(5_500);
    expect((await client.get('/Users')).status).toBe(200);
  });
});

describe('while the table falters', () => {
  const settingsFail = () => {
    const send = documents.send.bind(documents);
    jest
      .spyOn(documents, 'send')
      .mockImplementation(((command: QueryCommand, ...rest: []) =>
        String(command.input.ExpressionAttributeValues?.[':pk']).endsWith('#SETTINGS')
          ? Promise.reject(new Error('Not now.'))
          : send(command as never, ...rest)) as never);
  };

  test('requests are served with the settings read last, which is logged', async () => {
    const client = await openTenant();
    expect((await client.get('/Users')).status).toBe(200);
    const told = jest.spyOn(console, 'error').mockImplementation(() => {});
    settingsFail();
    later(61_000);
    expect((await client.get('/Users')).status).toBe(200);
    expect((await client.get('/Users')).status).toBe(200);
    expect(told).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(told.mock.calls[0]?.[0])).toContain(
      'The settings of a tenant could not be read again',
    );
  });

  test('those of a tenant without cached settings fail', async () => {
    const client = await openTenant();
    settingsFail();
    expect((await client.get('/Users')).status).toBe(500);
  });
});
