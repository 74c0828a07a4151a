// Memberships of what is gone: cleaned up slice by slice, also those that were written too late; and not shown meanwhile.

import '../support/own-table.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { followChanges, readChange } from '../../lambdas/directory/changes.ts';
import { findGroupIdsOf, isMember, putMembers, walkMembers } from '../../lambdas/store/members.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream } from '../support/change-stream.ts';
import { consumedBy } from '../support/consumed-capacity.ts';
import { ScimClient } from '../support/scim-client.ts';

const stream = new ChangeStream();
let client: ScimClient;

beforeAll(() => stream.open());
afterAll(() => stream.close());

beforeEach(async () => {
  client = new ScimClient(freshTenantId());
  await client.createTenant();
});

const newUsers = (count: number) =>
  Promise.all(
    Array.from(
      { length: count },
      async (_, n) => (await client.post('/Users', { userName: `u${n}` })).body.id,
    ),
  );
const newGroup = async (displayName: string, members: readonly string[]) =>
  (await client.post('/Groups', { displayName, members: members.map((value) => ({ value })) })).body.id;
const membersOf = async (groupId: string) =>
  (await Array.fromAsync(walkMembers(client.incarnation, groupId))).flat().map(({ id }) => id);
const shownMembers = async (groupId: string) =>
  ((await client.get(`/Groups/${groupId}`)).body.members ?? []).map(({ value }) => value);

/** Delivers one record of the stream at a time and counts the invocations that found something to sweep. */
const followSlowly = async (maxMemberships: number): Promise<number> => {
  let slices = 0;
  await stream.settle(async (records) => {
    for (const record of records) {
      const change = readChange(record);
      if (!change) continue;
      if (change.kind === 'departure') slices++;
      expect((await followChanges([change], maxMemberships)).size).toBe(0);
    }
  });
  return slices;
};

describe('a deleted group', () => {
  test('leaves no membership, however many slices that takes', async () => {
    const users = await newUsers(40);
    const group = await newGroup('Large', users);
    const other = await newGroup('Other', [...users.slice(0, 5), group]);
    await stream.settle();
    await client.delete(`/Groups/${group}`);
    expect(await followSlowly(10)).toBeGreaterThanOrEqual(4);
    expect(await membersOf(group)).toEqual([]);
    expect((await membersOf(other)).sort()).toEqual(users.slice(0, 5).sort());
    expect(await findGroupIdsOf(client.incarnation, users[20] ?? '')).toEqual([]);
  });

  test('is not among the groups of a user, nor among the members of a group, before the clean-up', async () => {
    const [user = ''] = await newUsers(1);
    const group = await newGroup('Inner', [user]);
    const outer = await newGroup('Outer', [user, group]);
    await client.delete(`/Groups/${group}`);
    expect(await membersOf(outer)).toContain(group);
    expect(await shownMembers(outer)).toEqual([user]);
    expect((await client.get(`/Users/${user}?attributes=groups`)).body.groups).toEqual([
      expect.objectContaining({ value: outer }),
    ]);
  });
});

describe('a deleted user', () => {
  test('is in no group any more', async () => {
    const [gone = '', stays = ''] = await newUsers(2);
    const groups = await Promise.all(['A', 'B', 'C'].map((name) => newGroup(name, [gone, stays])));
    await client.delete(`/Users/${gone}`);
    await stream.settle();
    for (const group of groups) expect(await membersOf(group)).toEqual([stays]);
  });

  test('is not shown among the members before the clean-up, at the price of one read', async () => {
    const [gone = '', stays = ''] = await newUsers(2);
    const group = await newGroup('A', [gone, stays]);
    await client.delete(`/Users/${gone}`);
    expect(await isMember(client.incarnation, group, gone)).toBe(true);
    expect(await shownMembers(group)).toEqual([stays]);
    // The group, its members, and the list of who left.
    expect((await consumedBy(() => client.get(`/Groups/${group}`))).read).toBeLessThanOrEqual(3);
  });
});

describe('a membership that is written too late', () => {
  test.each(['user', 'group'])(
    'after the %s was deleted and cleaned up, goes again and is not told of',
    async (what) => {
      const [user = ''] = await newUsers(1);
      const group = await newGroup('A', []);
      await client.delete(what === 'user' ? `/Users/${user}` : `/Groups/${group}`);
      await stream.settle();
      await putMembers(client.incarnation, group, [{ id: user, type: 'User' }]);
      expect(await stream.settle()).toEqual([]);
      expect(await membersOf(group)).toEqual([]);
    },
  );

  test('that no index showed at the clean-up, goes when the note of the deletion expires', async () => {
    const [user = ''] = await newUsers(1);
    await client.delete(`/Users/${user}`);
    await stream.settle();
    const group = await newGroup('A', []);
    await putMembers(client.incarnation, group, [{ id: user, type: 'User' }]);
    await stream.take(); // as if it had been told of before
    await followChanges([expired(`T#${client.incarnation}#GONE`)]);
    expect(await membersOf(group)).toEqual([]);
  });
});

describe('members of a group that is not there', () => {
  test('stay while it may still be created, and are its members when it is', async () => {
    const [user = ''] = await newUsers(1);
    const groupId = randomUUID();
    await putMembers(client.incarnation, groupId, [{ id: user, type: 'User' }]);
    await stream.settle();
    expect(await membersOf(groupId)).toEqual([user]);
  });

  test('go when the note of that expires', async () => {
    const [user = ''] = await newUsers(1);
    const groupId = randomUUID();
    await putMembers(client.incarnation, groupId, [{ id: user, type: 'User' }]);
    await stream.settle();
    await followChanges([expired(`T#${client.incarnation}#PENDING`)]);
    expect(await membersOf(groupId)).toEqual([]);
  });

  test('stay when it was created meanwhile', async () => {
    const [user = ''] = await newUsers(1);
    const group = await newGroup('A', [user]);
    await stream.settle();
    const note = { PK: { S: `T#${client.incarnation}#PENDING` }, SK: { S: group } };
    await followChanges([
      removal({ ...stream.records[0], dynamodb: { ...stream.records[0]?.dynamodb, Keys: note } }),
    ]);
    expect(await membersOf(group)).toEqual([user]);
  });
});

/** The change that the last item of a partition is gone, as its time to live has it. */
const expired = (PK: string) => {
  const record = stream.records.findLast(({ dynamodb }) => dynamodb?.Keys?.PK?.S === PK);
  if (!record) throw new Error(`Nothing was ever in ${PK}.`);
  return removal(record);
};

const removal = (record: DynamoDBRecord) => {
  const { NewImage, ...dynamodb } = record.dynamodb ?? {};
  const change = readChange({
    ...record,
    eventName: 'REMOVE',
    dynamodb: { ...dynamodb, OldImage: NewImage },
  } as never);
  if (!change) throw new Error('Not a change that anybody acts on.');
  return change;
};
