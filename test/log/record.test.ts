// The provisioning log as it is written: what a request changed or why it was refused, by its id, and never a value.

import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { LogEntry } from '../../lambdas/log/entry.ts';
import { putLogEntry } from '../../lambdas/log/log-table.ts';
import { incarnation } from '../setup/fresh-tenant.ts';
import { consumedBy } from '../support/consumed-capacity.ts';
import { logged, logOf, requestIdOf } from '../support/provisioning-log.ts';
import { type Answer, filterBy, ScimClient } from '../support/scim-client.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const createUser = async (client: ScimClient, userName: string) =>
  (await client.post('/Users', { userName })).body.id;

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a change has one entry with who, what and the names of the attributes:', () => {
  const client = new ScimClient();

  test('a creation', async () => {
    const { answer, entries } = await logged(client, () =>
      client.post('/Users', {
        userName: 'Alice@Veldt.example',
        displayName: 'Alice A.',
        [ENTERPRISE]: { department: 'Water', employeeNumber: 'E-1' },
      }),
    );
    expect(entries).toEqual([
      {
        at: expect.any(Number),
        requestId: requestIdOf(answer),
        keyId: 'key',
        operation: 'create',
        type: 'User',
        id: answer.body.id,
        name: 'Alice@Veldt.example',
        status: 201,
        attributes: [
          'active',
          'displayName',
          `${ENTERPRISE}:department`,
          `${ENTERPRISE}:employeeNumber`,
          'userName',
        ],
      },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/Water|E-1|Alice A/);
  });

  test('a PATCH, with both names when it renames', async () => {
    const id = await createUser(client, 'bob@veldt.example');
    const { entries } = await logged(client, () =>
      client.patchWith(
        `/Users/${id}`,
        { op: 'Replace', path: 'userName', value: 'robert@veldt.example' },
        { op: 'Replace', path: `${ENTERPRISE}:department`, value: 'Soil' },
        { op: 'Add', path: 'name.givenName', value: 'Robert' },
      ),
    );
    expect(entries).toMatchObject([
      {
        operation: 'patch',
        id,
        name: 'robert@veldt.example',
        previousName: 'bob@veldt.example',
        status: 200,
        attributes: ['name', `${ENTERPRISE}:department`, 'userName'],
      },
    ]);
  });

  test('a PUT, and a deletion', async () => {
    const id = await createUser(client, 'carol@veldt.example');
    const { entries: replaced } = await logged(client, () =>
      client.put(`/Users/${id}`, { userName: 'carol@veldt.example', title: 'Head' }),
    );
    expect(replaced).toMatchObject([{ operation: 'replace', id, status: 200, attributes: ['title'] }]);
    const { entries: deleted } = await logged(client, () => client.delete(`/Users/${id}`));
    expect(deleted).toMatchObject([{ operation: 'delete', id, name: 'carol@veldt.example', status: 204 }]);
  });

  test('members, by their number and the first few ids', async () => {
    const ids = await Promise.all(
      ['1', '2', '3', '4', '5'].map((each) => createUser(client, `m${each}@veldt.example`)),
    );
    const members = ids.slice(0, 1).map((value) => ({ value }));
    const { answer, entries: created } = await logged(client, () =>
      client.post('/Groups', { displayName: 'Dike Watch', members }),
    );
    expect(created).toMatchObject([
      { operation: 'create', type: 'Group', name: 'Dike Watch', added: { count: 1, ids: ids.slice(0, 1) } },
    ]);
    const { entries: added } = await logged(client, () =>
      client.patchWith(
        `/Groups/${answer.body.id}`,
        { op: 'Add', path: 'members', value: ids.slice(1).map((value) => ({ value })) },
        { op: 'Remove', path: 'members', value: members },
      ),
    );
    expect(added).toMatchObject([
      {
        operation: 'patch',
        type: 'Group',
        id: answer.body.id,
        name: 'Dike Watch',
        status: 204,
        added: { count: 4, ids: ids.slice(1, 4) },
        removed: { count: 1, ids: [ids[0]] },
      },
    ]);
  });
});

test('what changes nothing and is not refused has no entry, and costs no write', async () => {
  const client = new ScimClient();
  const id = await createUser(client, 'same@veldt.example');
  const group = (await client.post('/Groups', { displayName: 'Same' })).body.id;
  const before = await logOf(client);
  const { write } = await consumedBy(async () => {
    await client.get(`/Users/${id}`);
    await client.get(`/Users${filterBy('userName eq "nobody"')}`);
    await client.get('/ServiceProviderConfig');
    await client.put(`/Users/${id}`, { userName: 'same@veldt.example' });
    await client.patchWith(`/Users/${id}`, { op: 'replace', path: 'active', value: true });
    await client.patchWith(`/Groups/${group}`, { op: 'replace', path: 'displayName', value: 'Same' });
  });
  expect(write).toBe(0);
  expect(await logOf(client)).toEqual(before);
});

describe('a refusal has an entry, found by the request id that the client was told:', () => {
  const client = new ScimClient();
  const nowhere = '7d420df3-9995-4831-a406-ecf8166f5f6a';

  test.each<[what: string, act: () => Promise<Answer>, entry: Partial<LogEntry>]>([
    [
      'a userName that is taken',
      async () => {
        await createUser(client, 'taken@veldt.example');
        return client.post('/Users', { userName: 'Taken@veldt.example' });
      },
      {
        operation: 'create',
        type: 'User',
        name: 'Taken@veldt.example',
        status: 409,
        scimType: 'uniqueness',
        detail: 'Another User has the userName … already; it must be unique.',
      },
    ],
    [
      'a user that is not there',
      () => client.get(`/Users/${nowhere}`),
      { operation: 'read', type: 'User', id: nowhere, status: 404 },
    ],
    [
      'a version that is not there any more',
      async () => {
        const id = await createUser(client, 'version@veldt.example');
        return client.delete(`/Users/${id}`, { headers: { 'If-Match': 'W/"9"' } });
      },
      { operation: 'delete', type: 'User', status: 412 },
    ],
    [
      'a filter that is none',
      () => client.get(`/Users${filterBy('userName is "Secret Person"')}`),
      { operation: 'list', type: 'User', status: 400, scimType: 'invalidFilter' },
    ],
    [
      'a search that is none',
      () => client.post('/Users/.search', { schemas: ['wrong'] }),
      { operation: 'search', type: 'User', status: 400 },
    ],
    ['a body that is not JSON', () => client.post('/Groups', '{'), { operation: 'create', status: 400 }],
    [
      'an unsupported method',
      () => client.delete('/Schemas'),
      { operation: 'delete', path: '/Schemas', status: 405 },
    ],
    [
      'a path to nowhere',
      () => client.get('/No/where'),
      { operation: 'read', path: '/No/where', status: 404 },
    ],
    ['a bulk request that is none', () => client.post('/Bulk', {}), { operation: 'bulk', status: 400 }],
    ['the same in another case', () => client.post('//bulk', {}), { operation: 'bulk', status: 400 }],
    [
      'a user in another case',
      () => client.post('/users', {}),
      { operation: 'create', type: 'User', status: 400 },
    ],
  ])('%s', async (_, act, entry) => {
    const answer = await act();
    const [, told = ''] = /Request id: (\S+)$/.exec(answer.body.detail) ?? [];
    expect(told).toBe(requestIdOf(answer));
    expect(await logOf(client, { requestId: told })).toEqual([expect.objectContaining(entry)]);
  });
});

test('no entry quotes a value of a request, whatever was wrong with it', async () => {
  const client = new ScimClient();
  const id = await createUser(client, 'values@veldt.example');
  const group = (await client.post('/Groups', { displayName: 'Values' })).body.id;
  const secret = 'Sleeping Dogs Lie';
  const refused = [
    client.get(`/Users${filterBy(`userName eq "${secret}`)}`),
    client.get(`/Users${filterBy(`userName eq ${secret}`)}`),
    client.get(`/Users?count=${secret}`),
    client.get(`/Users?sortBy=active&filter=${secret}`),
    client.post('/Users', { userName: { given: secret } }),
    client.post('/Users', `{"userName": "${secret}`),
    client.post('/Users', { displayName: secret }),
    client.put(`/Users/${id}`, { displayName: secret }),
    client.patchWith(`/Users/${id}`, { op: 'add', path: `emails[value eq "${secret}"].valu`, value: 'x' }),
    client.patchWith(`/Users/${id}`, { op: 'add', path: `emails[value eq "${secret}`, value: 'x' }),
    client.patchWith(`/Users/${id}`, { op: 'add', path: 'active', value: secret }),
    client.patchWith(`/Users/${id}`, { op: secret, path: 'active', value: true }),
    client.patchWith(`/Groups/${group}`, {
      op: 'remove',
      path: `members[display eq "${secret}"].value`,
    }),
  ];
  expect((await Promise.all(refused)).map(({ status }) => status)).toEqual(refused.map(() => 400));
  const entries = await logOf(client, { failed: true });
  expect(entries).toHaveLength(refused.length);
  expect(JSON.stringify(entries)).not.toMatch(/Sleeping|Dogs|Lie/);
});

describe('a bulk request', () => {
  test('has one entry for each operation that changed something or was refused', async () => {
    const client = new ScimClient();
    const id = await createUser(client, 'there@veldt.example');
    const answer = await client.post('/Bulk', {
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'new', data: { userName: 'new@veldt.example' } },
        { method: 'POST', path: '/Users', bulkId: 'same', data: { userName: 'there@veldt.example' } },
        { method: 'PUT', path: `/Users/${id}`, data: { userName: 'there@veldt.example' } },
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'group',
          data: { displayName: 'All', members: [{ value: 'bulkId:new' }] },
        },
      ],
    });
    const entries = await logOf(client, { requestId: requestIdOf(answer) });
    expect(entries.map(({ operation, type, name, status }) => [operation, type, name, status])).toEqual(
      expect.arrayContaining([
        ['create', 'User', 'new@veldt.example', 201],
        ['create', 'User', 'there@veldt.example', 409],
        ['create', 'Group', 'All', 201],
      ]),
    );
    expect(entries).toHaveLength(3);
  });

  test('tells a creation that had to wait for another as one', async () => {
    const client = new ScimClient();
    const group = (bulkId: string, other: string) => ({
      method: 'POST',
      path: '/Groups',
      bulkId,
      data: { displayName: bulkId, members: [{ value: `bulkId:${other}`, type: 'Group' }] },
    });
    await client.post('/Bulk', { Operations: [group('one', 'two'), group('two', 'one')] });
    const entries = await logOf(client);
    expect(entries).toHaveLength(2);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        operation: 'create',
        status: 201,
        attributes: ['displayName'],
        added: { count: 1 },
      });
    }
  });
});

describe('an entry', () => {
  test('costs one write unit, however much there would be to tell', async () => {
    const client = new ScimClient(`${'a'.repeat(19)}${crypto.randomUUID().slice(0, 13)}`);
    const long = 'É'.repeat(390);
    await client.post('/Users', { userName: `${long}a` });
    const refused = [
      () => client.post('/Users', { userName: `${long}a` }),
      () => client.get(`/${long}`),
      () => client.get(`/Users/${long}`),
      () => client.send(long, '/Users'),
      () => client.put(`/Users/${long}`, { userName: long }),
    ];
    for (const act of refused) expect((await consumedBy(act)).write).toBe(1);
    expect(await logOf(client, { failed: true })).toHaveLength(refused.length);
  });

  test('costs one write unit when a group with long names is renamed and gets and loses members', async () => {
    const tenant = incarnation(`${'a'.repeat(19)}${crypto.randomUUID().slice(0, 13)}.t1a2b3`);
    const long = 'É'.repeat(390);
    const ids = Array.from({ length: 50 }, () => crypto.randomUUID());
    const entry: LogEntry = {
      at: Date.now(),
      requestId: crypto.randomUUID(),
      keyId: crypto.randomUUID(),
      operation: 'x'.repeat(50),
      type: 'x'.repeat(64),
      id: crypto.randomUUID(),
      name: long,
      previousName: `${long}a`,
      keys: [long.toLowerCase(), `${long.toLowerCase()}a`],
      status: 200,
      attributes: Array.from({ length: 100 }, (_, index) => `attribute${index}`),
      added: { count: 50, ids },
      removed: { count: 50, ids },
    };
    expect((await consumedBy(() => putLogEntry(tenant, entry))).write).toBe(1);
  });

  test('says how many attributes it had no room for', async () => {
    const client = new ScimClient();
    const names = ['title', 'nickName', 'profileUrl', 'locale', 'timezone', 'preferredLanguage', 'userType'];
    await client.post('/Users', {
      userName: 'more@veldt.example',
      displayName: 'x',
      ...Object.fromEntries(names.map((name) => [name, 'x'])),
      [ENTERPRISE]: Object.fromEntries(
        ['employeeNumber', 'costCenter', 'organization', 'division', 'department'].map((name) => [name, 'x']),
      ),
    });
    const [entry] = (await logOf(client, { user: 'more@veldt.example' })) as [LogEntry];
    expect((entry.attributes?.length ?? 0) + (entry.moreAttributes ?? 0)).toBe(15);
  });
});
