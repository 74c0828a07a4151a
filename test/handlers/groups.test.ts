// Groups and memberships, through the deployed handler.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();
let people: string[];

beforeAll(async () => {
  const created = await Promise.all(
    Array.from({ length: 60 }, (_, index) => client.post('/Users', { userName: `m${index}@veldt.example` })),
  );
  people = created.map(({ body }) => body.id);
});

const createGroup = async (displayName: string, members: readonly string[] = []) =>
  (await client.post('/Groups', { displayName, members: members.map((value) => ({ value })) })).body.id;

const membersOf = async (id: string): Promise<string[]> =>
  ((await client.get(`/Groups/${id}`)).body.members ?? []).map(({ value }) => value).sort();

const values = (ids: readonly string[]) => ids.map((value) => ({ value }));
const sorted = (ids: readonly string[]) => [...ids].sort();

describe('a group', () => {
  test('comes back with its members, their type and their place', async () => {
    const inner = await createGroup('Inner');
    const [user = ''] = people;
    const { status, body } = await client.post('/Groups', {
      displayName: 'Outer',
      externalId: 'outer',
      members: values([user, inner]),
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ displayName: 'Outer', externalId: 'outer' });
    expect(body.members).toEqual([
      { value: user, type: 'User', $ref: `${client.tenantUrl}/Users/${user}` },
      { value: inner, type: 'Group', $ref: `${client.tenantUrl}/Groups/${inner}` },
    ]);
    expect((await client.get(`/Groups/${body.id}`)).body.members).toHaveLength(2);
  });

  test('with a name that another has, in any case, is 409, quotes it as sent, and leaves nothing behind (S3.10)', async () => {
    await createGroup('Crew');
    const { status, body } = await client.post('/Groups', { displayName: 'CREW', members: values(people) });
    expect({ status, scimType: body.scimType }).toEqual({ status: 409, scimType: 'uniqueness' });
    expect(body.detail).toContain('displayName "CREW"');
    const groups = filterBy(`members eq "${people[59]}"`);
    expect((await client.get(`/Groups${groups}`)).body.totalResults).toBe(0);
  });

  test('is listed and read without members when they are excluded', async () => {
    const id = await createGroup('Quiet', people.slice(0, 3));
    const read = await client.get(`/Groups/${id}?excludedAttributes=members`);
    const found = await client.get(`/Groups${filterBy('displayName eq "QUIET"')}&excludedAttributes=members`);
    expect(read.body).not.toHaveProperty('members');
    expect(found.body.Resources).toEqual([read.body]);
  });
});

describe('members', () => {
  test('of fifty parallel requests to one group all arrive', async () => {
    const id = await createGroup('Parallel');
    const answers = await Promise.all(
      people
        .slice(0, 50)
        .map((value) =>
          client.patchWith(`/Groups/${id}`, { op: 'Add', path: 'members', value: [{ value }] }),
        ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await membersOf(id)).toEqual(sorted(people.slice(0, 50)));
  });

  test.each([
    ['a value array', (ids: string[]) => [{ op: 'Remove', path: 'members', value: values(ids) }]],
    [
      'a filter path',
      (ids: string[]) => ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
    ],
  ])('are removed by %s, and only those', async (_, operations) => {
    const id = await createGroup(`Remove by ${_}`, people.slice(0, 10));
    const { status } = await client.patchWith(`/Groups/${id}`, ...operations(people.slice(0, 4)));
    expect(status).toBe(204);
    expect(await membersOf(id)).toEqual(sorted(people.slice(4, 10)));
  });

  test('are replaced by exactly those named', async () => {
    const id = await createGroup('Replaced', people.slice(0, 10));
    const replace = { op: 'replace', path: 'members', value: values(people.slice(8, 15)) };
    await client.patchWith(`/Groups/${id}`, replace);
    expect(await membersOf(id)).toEqual(sorted(people.slice(8, 15)));
  });

  test('may be added when present, removed when absent, and added and removed in one request', async () => {
    const [first = '', second = ''] = people;
    const id = await createGroup('Idempotent', [first]);
    const add = { op: 'Add', path: 'members', value: values([first]) };
    const remove = { op: 'Remove', path: 'members', value: values([second]) };
    expect((await client.patchWith(`/Groups/${id}`, add)).status).toBe(204);
    expect((await client.patchWith(`/Groups/${id}`, remove)).status).toBe(204);
    const both = [
      { ...add, value: values([second]) },
      { ...remove, value: values([first]) },
    ];
    expect((await client.patchWith(`/Groups/${id}`, ...both)).status).toBe(204);
    expect(await membersOf(id)).toEqual([second]);
  });

  test('all go with a remove that names none, or with a PUT that says so; a PUT without members keeps them', async () => {
    const id = await createGroup('Emptied', people.slice(0, 3));
    await client.patchWith(`/Groups/${id}`, { op: 'remove', path: 'members' });
    expect(await membersOf(id)).toEqual([]);
    await client.put(`/Groups/${id}`, { displayName: 'Emptied', members: values(people.slice(0, 2)) });
    expect(await membersOf(id)).toEqual(sorted(people.slice(0, 2)));
    await client.put(`/Groups/${id}`, { displayName: 'Renamed' });
    expect(await membersOf(id)).toHaveLength(2);
    await client.put(`/Groups/${id}`, { displayName: 'Renamed', members: [] });
    expect(await membersOf(id)).toEqual([]);
  });

  test('of a request that names one who does not exist do not change at all', async () => {
    const id = await createGroup('Atomic', people.slice(0, 1));
    const add = {
      op: 'Add',
      path: 'members',
      value: values([...people.slice(1, 3), '7d420df3-9995-4831-a406-ecf8166f5f6a']),
    };
    expect((await client.patchWith(`/Groups/${id}`, add)).status).toBe(400);
    expect(await membersOf(id)).toEqual(people.slice(0, 1));
  });

  test('by the thousand come in one request', async () => {
    const own = new ScimClient();
    const ids: string[] = [];
    for (let at = 0; at < 1000; at += 100) {
      const batch = Array.from({ length: 100 }, (_, index) =>
        own.post('/Users', { userName: `k${at + index}` }),
      );
      ids.push(...(await Promise.all(batch)).map(({ body }) => body.id));
    }
    const { body } = await own.post('/Groups', { displayName: 'Thousand' });
    await own.patchWith(`/Groups/${body.id}`, { op: 'Add', path: 'members', value: values(ids) });
    expect((await own.get(`/Groups/${body.id}`)).body.members).toHaveLength(1000);
  }, 120_000);
});

describe('a membership check', () => {
  test.each([
    (group: string, user: string) => `id eq "${group}" and members eq "${user}"`,
    (group: string, user: string) => `members eq "${user}" and id eq "${group}"`,
    (group: string, user: string) => `id eq "${group}" and members[value eq "${user}"]`,
    (group: string, user: string) => `id eq "${group}" and members.value eq "${user}"`,
  ])('finds the group of a member and nothing for anybody else (%#)', async (filter) => {
    const [user = '', other = ''] = people;
    const group = await createGroup(`Check ${filter}`, [user]);
    const check = async (id: string) =>
      (await client.get(`/Groups${filterBy(filter(group, id))}&attributes=id`)).body;
    expect((await check(user)).Resources).toEqual([{ schemas: expect.anything(), id: group }]);
    expect((await check(other)).Resources).toEqual([]);
  });

  test('lists the groups of a user, from either side', async () => {
    const user = people[55] ?? '';
    const ids = [await createGroup('Of 1', [user]), await createGroup('Of 2', [user])];
    const { body } = await client.get(`/Groups${filterBy(`members eq "${user}"`)}&attributes=displayName`);
    expect(sorted(body.Resources.map(({ id }) => id))).toEqual(sorted(ids));
    const { body: person } = await client.get(`/Users/${user}?attributes=groups`);
    expect(person.groups).toHaveLength(2);
    expect(person.groups).toContainEqual({
      value: ids[0],
      $ref: `${client.tenantUrl}/Groups/${ids[0]}`,
      display: 'Of 1',
      type: 'direct',
    });
  });
});

describe('a filter on members, while nobody has cleaned up after a deleted user', () => {
  test.each([
    ['displayName eq "Left" and members.value eq "USER"', 0],
    ['displayName co "zz" or members.value eq "USER"', 0],
    ['displayName co "ef" and members[value eq "USER" and type eq "User"]', 0],
    ['members.value eq "USER"', 0],
    ['not (members.value eq "USER")', 1],
  ])('%s finds %i', async (filter, expected) => {
    const own = new ScimClient();
    const user = (await own.post('/Users', { userName: 'leaver' })).body.id;
    const group = await own.post('/Groups', { displayName: 'Left', members: values([user]) });
    await own.delete(`/Users/${user}`);
    expect((await own.get(`/Groups/${group.body.id}`)).body.members).toBeUndefined();
    const { body } = await own.get(`/Groups${filterBy(filter.replace('USER', user))}`);
    expect(body.totalResults).toBe(expected);
  });
});

describe('the entity tag of a group', () => {
  test('tells of a change of members, and guards against one', async () => {
    const id = await createGroup('Tagged');
    const { version } = (await client.get(`/Groups/${id}`)).body.meta;
    const add = { op: 'Add', path: 'members', value: values(people.slice(0, 1)) };
    const message = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [add] };
    const guarded = { headers: { 'If-Match': version } };
    expect((await client.patch(`/Groups/${id}`, message, guarded)).status).toBe(204);
    expect((await client.get(`/Groups/${id}`)).body.meta.version).not.toBe(version);
    expect((await client.patch(`/Groups/${id}`, message, guarded)).status).toBe(412);
  });
});
