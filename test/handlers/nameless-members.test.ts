// Members that name nobody: refused, with nothing changed. Left out, they would empty the group or say 204 for nothing.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();
let ada: string;
let bob: string;
let groups = 0;

beforeAll(async () => {
  ada = (await client.post('/Users', { userName: 'ada@veldt.example' })).body.id;
  bob = (await client.post('/Users', { userName: 'bob@veldt.example' })).body.id;
});

const groupOf = async (...ids: string[]): Promise<string> => {
  const members = ids.map((value) => ({ value }));
  return (await client.post('/Groups', { displayName: `Group ${++groups}`, members })).body.id;
};

const membersOf = async (group: string): Promise<string[]> =>
  ((await client.get(`/Groups/${group}`)).body.members ?? []).map(({ value }) => value).sort();

const nameless: readonly unknown[] = [
  [{ id: 'A' }],
  [{}],
  [{ value: '' }],
  [{ value: null }],
  [null],
  '',
  {},
  { display: 'x' },
  [[]],
  [{ $ref: 'https://veldt.example/nobody' }],
];

describe.each(nameless.map((members) => [members]))('members %j (S3.1)', (members) => {
  test.each(['replace', 'Replace', 'add', 'Add'])(
    'are refused by %s, with and without a path',
    async (op) => {
      const group = await groupOf(ada, bob);
      for (const operation of [
        { op, path: 'members', value: members },
        { op, value: { members } },
      ]) {
        const { status, body } = await client.patchWith(`/Groups/${group}`, operation);
        expect({ status, scimType: body?.scimType }).toEqual({ status: 400, scimType: 'invalidValue' });
      }
      expect(await membersOf(group)).toEqual([ada, bob].sort());
    },
  );

  test('are refused by PUT and POST', async () => {
    const group = await groupOf(ada);
    const refused = [
      await client.put(`/Groups/${group}`, { displayName: 'renamed', members }),
      await client.post('/Groups', { displayName: 'never', members }),
    ];
    expect(refused.map(({ status, body }) => [status, body.scimType])).toEqual([
      [400, 'invalidValue'],
      [400, 'invalidValue'],
    ]);
    expect(await membersOf(group)).toEqual([ada]);
  });
});

test('one of them beside others changes nothing (S3.1)', async () => {
  const group = await groupOf(ada);
  const value = [{ value: bob }, { value: '' }];
  const { status } = await client.patchWith(`/Groups/${group}`, { op: 'replace', path: 'members', value });
  expect(status).toBe(400);
  expect(await membersOf(group)).toEqual([ada]);
});

test.each([
  { op: 'replace', path: 'members', value: [] },
  { op: 'replace', path: 'members', value: null },
  { op: 'remove', path: 'members' },
])('%j clears (S3.1)', async (operation) => {
  const group = await groupOf(ada, bob);
  expect((await client.patchWith(`/Groups/${group}`, operation)).status).toBe(204);
  expect(await membersOf(group)).toEqual([]);
});

test('a $ref alone names its member, to be added and to be removed (S3.1)', async () => {
  const group = await groupOf(ada);
  const value = [{ $ref: `${client.tenantUrl}/Users/${bob}` }];
  await client.patchWith(`/Groups/${group}`, { op: 'add', path: 'members', value });
  expect(await membersOf(group)).toEqual([ada, bob].sort());
  await client.patchWith(`/Groups/${group}`, { op: 'remove', path: 'members', value });
  expect(await membersOf(group)).toEqual([ada]);
});
