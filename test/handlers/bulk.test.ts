// Bulk requests through the deployed handler: the outcome of each operation, and of those that reference it.

import { describe, expect, test } from '@jest/globals';
import { type Answer, filterBy, ScimClient } from '../support/scim-client.ts';

interface Entry {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: { readonly status: string; readonly scimType?: string; readonly detail: string };
}

const client = new ScimClient();
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const NOBODY = '7d420df3-9995-4831-a406-ecf8166f5f6a';

const send = (Operations: object[], more: object = {}): Promise<Answer> =>
  client.post('/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations,
    ...more,
  });
const entriesOf = ({ status, body }: Answer): Entry[] => {
  expect(status).toBe(200);
  return body.Operations as Entry[];
};
const bulk = async (Operations: object[], more?: object) => entriesOf(await send(Operations, more));
const statuses = (entries: readonly Entry[]) => entries.map(({ status }) => status);

const user = (bulkId: string, more: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { userName: `${bulkId}@veldt.example`, ...more },
});
const group = (bulkId: string, ...members: string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { displayName: bulkId, members: members.map((value) => ({ value })) },
});
const patch = (path: string, ...operations: object[]) => ({
  method: 'PATCH',
  path,
  data: { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations },
});
const addMember = (path: string, value: string) =>
  patch(path, { op: 'add', path: 'members', value: [{ value }] });

const pathOf = ({ location = '' }: Entry) => location.slice(client.tenantUrl.length);
const idOf = (entry: Entry | undefined) => (entry?.location ?? '').split('/').at(-1) ?? '';
const membersOf = async (id: string) =>
  ((await client.get(`/Groups/${id}`)).body.members ?? []).map(({ value }) => value).sort();
const countUsers = async (userName: string) =>
  (await client.get(`/Users${filterBy(`userName eq "${userName}"`)}`)).body.totalResults;
const countGroups = async (name: string) =>
  (await client.get(`/Groups${filterBy(`displayName eq "${name}"`)}`)).body.totalResults;

describe('a bulk request', () => {
  test('tells of every operation what a request of its own would have, errors included', async () => {
    const made = (await bulk([user('life1'), user('life2'), user('life3')])) as [Entry, Entry, Entry];
    const [first, second, third] = made.map(pathOf) as [string, string, string];
    const entries = await bulk([
      user('life4'),
      user('life1'),
      { method: 'put', path: first, data: { userName: 'life1@veldt.example', title: 'Captain' } },
      { ...patch(second, { op: 'replace', path: 'title', value: 'Mate' }), version: made[1].version },
      { method: 'DELETE', path: third },
      { method: 'DELETE', path: third },
      patch(second, { op: 'replace', path: 'nobody', value: 'x' }),
    ]);
    const created = await client.get(pathOf(entries[0] as Entry));
    expect(entries).toEqual([
      {
        method: 'POST',
        bulkId: 'life4',
        location: created.body.meta.location,
        version: created.body.meta.version,
        status: '201',
      },
      {
        method: 'POST',
        bulkId: 'life1',
        status: '409',
        response: expect.objectContaining({ status: '409', scimType: 'uniqueness' }),
      },
      { method: 'PUT', location: made[0].location, version: 'W/"2"', status: '200' },
      { method: 'PATCH', location: made[1].location, version: 'W/"2"', status: '200' },
      { method: 'DELETE', location: made[2].location, status: '204' },
      {
        method: 'DELETE',
        location: made[2].location,
        status: '404',
        response: expect.objectContaining({ status: '404' }),
      },
      {
        method: 'PATCH',
        location: made[1].location,
        status: '400',
        response: expect.objectContaining({ scimType: 'invalidPath' }),
      },
    ]);
    expect((await client.get(first)).body.title).toBe('Captain');
    expect((await client.get(second)).body.title).toBe('Mate');
  });

  test('changes only the version that an operation names', async () => {
    const [made] = await bulk([user('versioned')]);
    const path = pathOf(made as Entry);
    const version = made?.version;
    const retitle = { ...patch(path, { op: 'add', path: 'title', value: 'x' }), version };
    const rename = { method: 'PUT', path, data: { userName: 'versioned@veldt.example' }, version };
    const removal = { method: 'DELETE', path, version };
    expect(statuses(await bulk([retitle, retitle, rename, removal]))).toEqual(['200', '412', '412', '412']);
  });

  test.each<[string, object, string]>([
    ['an unknown collection', { method: 'POST', path: '/Cars', bulkId: 'x', data: {} }, '404'],
    ['another bulk request', { method: 'POST', path: '/Bulk', bulkId: 'x', data: {} }, '404'],
    ['a resource that is to be created', { ...user('x'), path: `/Users/${NOBODY}` }, '405'],
    ['a collection that is to be deleted', { method: 'DELETE', path: '/Users' }, '405'],
    [
      'a body that a request of its own may not have',
      user('x', { userName: 7.5, emails: 'x@y.example' }),
      '201',
    ],
    ['a body without what is required', user('x', { userName: null }), '400'],
  ])('answers %s as a single request would', async (_, operation, status) => {
    expect(statuses(await bulk([operation]))).toEqual([status]);
  });

  test('takes no path that goes on behind a resource', async () => {
    const [made] = (await bulk([user('deep')])) as [Entry];
    expect(statuses(await bulk([{ method: 'DELETE', path: `${pathOf(made)}/title` }]))).toEqual(['404']);
    expect((await client.get(pathOf(made))).status).toBe(200);
  });

  test('gives no location to a creation that failed', async () => {
    const [entry] = await bulk([{ ...user('nowhere'), path: `/Users/${NOBODY}` }]);
    expect(entry).not.toHaveProperty('location');
  });

  test('carries out all but its malformed operations (S3.3)', async () => {
    const entries = await bulk([
      user('around1'),
      { method: 'POST', path: '/Users', data: { userName: 'unnamed@veldt.example' } },
      { method: 'GET', path: '/Users', bulkId: 'g' },
      'DELETE /Users' as unknown as object,
      { ...user('listed'), data: [] },
      group('refers', 'bulkId:listed'),
      user('twice', { userName: 'twice1@veldt.example' }),
      user('twice', { userName: 'twice2@veldt.example' }),
      user('around2'),
    ]);
    const refused = expect.objectContaining({ status: '400', scimType: 'invalidSyntax' });
    expect(entries).toMatchObject([
      { method: 'POST', bulkId: 'around1', status: '201' },
      { method: 'POST', status: '400', response: refused },
      { method: 'GET', bulkId: 'g', status: '400', response: refused },
      { status: '400', response: refused },
      { method: 'POST', bulkId: 'listed', status: '400', response: refused },
      { method: 'POST', bulkId: 'refers', status: '409' },
      { method: 'POST', bulkId: 'twice', status: '400', response: refused },
      { method: 'POST', bulkId: 'twice', status: '400', response: refused },
      { method: 'POST', bulkId: 'around2', status: '201' },
    ]);
    for (const name of ['unnamed', 'twice1', 'twice2']) {
      expect(await countUsers(`${name}@veldt.example`)).toBe(0);
    }
  });

  test('counts malformed operations as errors (S3.3)', async () => {
    const malformed = { method: 'POST', path: '/Users', data: {} };
    const entries = await bulk([malformed, user('never')], { failOnErrors: 1 });
    expect(statuses(entries)).toEqual(['400']);
    expect(await countUsers('never@veldt.example')).toBe(0);
  });

  test('takes whole URLs as paths, and the operations of a PATCH as a list (S3.3)', async () => {
    const [made] = await bulk([{ ...user('by-url'), path: `${client.tenantUrl}/Users` }]);
    const location = made?.location ?? '';
    const data = [{ op: 'add', path: 'title', value: 'Mate' }];
    expect(await bulk([{ method: 'PATCH', path: location, data }])).toMatchObject([
      { status: '200', location },
    ]);
    expect((await client.get(pathOf(made as Entry))).body.title).toBe('Mate');
  });

  test('has as many operations and as large a body as ServiceProviderConfig says', async () => {
    const limits = (await client.get('/ServiceProviderConfig')).body.bulk;
    expect(limits).toEqual({ supported: true, maxOperations: 500, maxPayloadSize: 1_048_576 });
    const tooMany = await send(Array.from({ length: 501 }, (_, index) => user(`many${index}`)));
    expect(tooMany.status).toBe(413);
    expect(tooMany.body.detail).toContain('500');
    const tooLarge = await send([user('large', { title: 'x'.repeat(1_048_576) })]);
    expect(tooLarge.status).toBe(413);
    expect(tooLarge.body.detail).toContain('1048576');
  });

  test('only comes by POST', async () => {
    expect((await client.get('/Bulk')).status).toBe(405);
    expect((await client.post('/Bulk', undefined)).status).toBe(400);
  });

  test('gives a unique value to the first operation that wants it, also among many', async () => {
    for (let round = 0; round < 5; round++) {
      const name = `wanted${round}@veldt.example`;
      const bulkIds = ['a', 'b', 'c'].map((letter) => `${letter}${round}`);
      const wanting = bulkIds.map((bulkId) => user(bulkId, { userName: name }));
      expect(statuses(await bulk([user(`other${round}`), ...wanting]))).toEqual(['201', '201', '409', '409']);
    }
  });

  test('takes a name that an earlier operation has given up', async () => {
    const [made] = await bulk([user('renamed')]);
    const rename = patch(pathOf(made as Entry), {
      op: 'replace',
      path: 'userName',
      value: 'new@veldt.example',
    });
    expect(statuses(await bulk([rename, user('renamed')]))).toEqual(['200', '201']);
  });
});

describe('failOnErrors', () => {
  const bad = (bulkId: string) => user(bulkId, { userName: null });

  test('ends the work after that many errors, and the answer is silent about the rest', async () => {
    const entries = await bulk([user('f1'), bad('f2'), user('f3'), bad('f4'), user('f5')], {
      failOnErrors: 2,
    });
    expect(entries.map(({ bulkId, status }) => [bulkId, status])).toEqual([
      ['f1', '201'],
      ['f2', '400'],
      ['f3', '201'],
      ['f4', '400'],
    ]);
    expect(await countUsers('f5@veldt.example')).toBe(0);
  });

  test('that is not there lets everything be tried', async () => {
    expect(statuses(await bulk([bad('g1'), user('g2'), bad('g3'), user('g4')]))).toEqual([
      '400',
      '201',
      '400',
      '201',
    ]);
  });

  test('takes back what it stopped halfway in a circle', async () => {
    const operations = [group('stop-a', 'bulkId:stop-b'), group('stop-b', 'bulkId:stop-c', NOBODY)];
    const entries = await bulk([...operations, group('stop-c', 'bulkId:stop-a')], { failOnErrors: 1 });
    expect(entries.map(({ bulkId, status }) => [bulkId, status])).toEqual([
      ['stop-b', '400'],
      ['stop-c', '409'],
    ]);
    for (const name of ['stop-a', 'stop-b', 'stop-c']) expect(await countGroups(name)).toBe(0);
  });
});

describe('references', () => {
  test('name what the same request creates, before or after them', async () => {
    const entries = await bulk([
      group('r-crew', 'bulkId:r-anneke', 'bulkId:r-inner'),
      user('r-anneke', { [ENTERPRISE]: { manager: { value: 'bulkId:r-boss' } } }),
      user('r-boss'),
      group('r-inner'),
      addMember('/Groups/bulkId:r-inner', 'bulkId:r-boss'),
      patch('/Groups/bulkId:r-crew', { op: 'remove', path: 'members[value eq "bulkId:r-inner"]' }),
    ]);
    expect(statuses(entries)).toEqual(['201', '201', '201', '201', '200', '200']);
    const [crew, anneke, boss, inner] = entries.map(idOf) as [string, string, string, string];
    expect(await membersOf(crew)).toEqual([anneke]);
    expect(await membersOf(inner)).toEqual([boss]);
    expect((await client.get(`/Users/${anneke}`)).body[ENTERPRISE]).toMatchObject({
      manager: { value: boss },
    });
    expect(entries[4]?.location).toBe(`${client.tenantUrl}/Groups/${inner}`);
  });

  test('to nothing, or to what could not be created, are 409, and only for the operation that has them', async () => {
    const entries = await bulk([
      group('n-nothing', 'bulkId:n-nobody'),
      { method: 'DELETE', path: '/Users/bulkId:n-nobody' },
      user('n-bad', { userName: null }),
      group('n-failed', 'bulkId:n-bad'),
      group('n-chain', 'bulkId:n-failed'),
      group('n-fine'),
      addMember('/Groups/bulkId:n-fine', 'bulkId:n-bad'),
    ]);
    expect(statuses(entries)).toEqual(['409', '409', '400', '409', '409', '201', '409']);
    expect(entries[0]?.response).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '409',
      detail: expect.stringContaining('bulkId:n-nobody'),
    });
    expect(entries[1]).not.toHaveProperty('location');
    expect(entries[3]?.response?.detail).toContain('bulkId:n-bad');
    expect(await countGroups('n-failed')).toBe(0);
  });
});

describe('a circle of references', () => {
  test('of two groups is closed (the example of RFC 7644 §3.7.1)', async () => {
    const entries = await bulk([group('c-a', 'bulkId:c-b'), group('c-b', 'bulkId:c-a')]);
    const [a, b] = entries.map(idOf) as [string, string];
    expect(statuses(entries)).toEqual(['201', '201']);
    expect([await membersOf(a), await membersOf(b)]).toEqual([[b], [a]]);
    for (const entry of entries) {
      const { version } = (await client.get(`${pathOf(entry)}?excludedAttributes=members`)).body.meta;
      expect(entry.version).toBe(version);
    }
  });

  test('that meets another circle is closed with it', async () => {
    const entries = await bulk([
      group('two-z', 'bulkId:two-a'),
      group('two-a', 'bulkId:two-c'),
      group('two-c', 'bulkId:two-a', 'bulkId:two-z'),
    ]);
    const [z, a, c] = entries.map(idOf) as [string, string, string];
    expect(statuses(entries)).toEqual(['201', '201', '201']);
    expect(await Promise.all([z, a, c].map(membersOf))).toEqual([[a], [c], [a, z].sort()]);
  });

  test('of many, with others around, is closed', async () => {
    const ring = Array.from({ length: 12 }, (_, i) =>
      group(`ring${i}`, `bulkId:ring${(i + 1) % 12}`, 'bulkId:hub'),
    );
    const entries = await bulk([...ring, user('apart'), group('hub', 'bulkId:ring3', 'bulkId:apart')]);
    expect(new Set(statuses(entries))).toEqual(new Set(['201']));
    const ids = entries.map(idOf);
    const hub = ids[13] ?? '';
    for (let i = 0; i < 12; i++) {
      expect(await membersOf(ids[i] ?? '')).toEqual([ids[(i + 1) % 12], hub].sort());
    }
    expect(await membersOf(hub)).toEqual([ids[3], ids[12]].sort());
  });

  test('of managers is closed, also when somebody is their own', async () => {
    const withManager = (bulkId: string, manager: string) =>
      user(bulkId, {
        active: false,
        [ENTERPRISE]: { department: 'Water', manager: { value: `bulkId:${manager}` } },
      });
    const entries = await bulk([withManager('m1', 'm2'), withManager('m2', 'm1'), withManager('m3', 'm3')]);
    const [one, two, three] = entries.map(idOf) as [string, string, string];
    const managers = await Promise.all([one, two, three].map((id) => client.get(`/Users/${id}`)));
    expect(managers.map(({ body }) => body)).toEqual(
      [two, one, three].map((value) =>
        expect.objectContaining({
          active: false,
          [ENTERPRISE]: { department: 'Water', manager: expect.objectContaining({ value }) },
        }),
      ),
    );
  });

  test('that cannot be closed leaves nothing of it behind, and the rest as it is', async () => {
    const operations = [
      group('x-a', 'bulkId:x-b', NOBODY),
      group('x-b', 'bulkId:x-c'),
      group('x-c', 'bulkId:x-a', 'bulkId:x-user'),
      user('x-user'),
      group('x-other'),
      addMember('/Groups/bulkId:x-other', 'bulkId:x-c'),
    ];
    const entries = await bulk(operations);
    expect(statuses(entries)).toEqual(['400', '409', '409', '201', '201', '409']);
    expect(entries[2]?.response?.detail).toContain('bulkId:x-a');
    expect(entries[2]).not.toHaveProperty('location');
    for (const name of ['x-a', 'x-b', 'x-c']) expect(await countGroups(name)).toBe(0);
    expect(await countUsers('x-user@veldt.example')).toBe(1);
  });

  test('of one group within itself is what a single request would get: no group is its own member', async () => {
    const [entry] = await bulk([group('self', 'bulkId:self')]);
    expect(entry).toMatchObject({ status: '400', response: { scimType: 'invalidValue' } });
    expect(await countGroups('self')).toBe(0);
  });
});
