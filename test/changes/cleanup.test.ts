// Memberships of deleted users and groups are deleted slice by slice, also those written late, and are hidden meanwhile.

import '../support/own-table.ts';
import { randomUUID } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { followChanges } from '../../lambdas/changes/follow.ts';
import { readTableChange } from '../../lambdas/changes/table-change.ts';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import {
  findMemberships,
  putMembers,
  walkGroupsOf,
  walkMembers,
} from '../../lambdas/resources/facets/members-table.ts';
import { resourceKey } from '../../lambdas/resources/resource-item.ts';
import { documents, tableName } from '../../lambdas/table/client.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream, deliver } from '../support/change-stream.ts';
import { consumedBy } from '../support/consumed-capacity.ts';
import { type Cut, killAtWrite, revive } from '../support/faults.ts';
import { itemsOf } from '../support/items-of.ts';
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
const groupsOf = async (memberId: string) =>
  (await Array.fromAsync(walkGroupsOf(client.incarnation, memberId))).flat().map(({ groupId }) => groupId);
const shownMembers = async (groupId: string) =>
  ((await client.get(`/Groups/${groupId}`)).body.members ?? []).map(({ value }) => value);
const member = (id: string, life = 1) => ({ id, type: 'User' as const, life });

/** Delivers one stream record at a time and counts the slices. */
const followSlowly = async (maxMemberships: number): Promise<number> => {
  let slices = 0;
  await stream.settle(async (records) => {
    for (const record of records) {
      const change = readTableChange(record);
      if (!change) continue;
      if (change.kind === 'tombstone' || change.kind === 'born') slices++;
      expect((await followChanges([change], maxMemberships)).size).toBe(0);
    }
  });
  return slices;
};

describe('a deleted group', () => {
  test('leaves no membership on either side, however many slices that takes', async () => {
    const users = await newUsers(40);
    const group = await newGroup('Large', users);
    const other = await newGroup('Other', [...users.slice(0, 5), group]);
    await stream.settle();
    await client.delete(`/Groups/${group}`);
    expect(await followSlowly(10)).toBeGreaterThanOrEqual(4);
    expect(await membersOf(group)).toEqual([]);
    expect((await membersOf(other)).sort()).toEqual(users.slice(0, 5).sort());
    expect(await groupsOf(users[20] ?? '')).toEqual([]);
    const left = await itemsOf(client.incarnation);
    expect(left.filter((item) => item.includes(group) && !/#(GONE|PENDING) /.test(item))).toEqual([]);
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
  test('is in no group any more, whose version says so, silently and at 3 write units a group and 6 more', async () => {
    const [gone = '', stays = ''] = await newUsers(2);
    const groups = await Promise.all(['A', 'B', 'C'].map((name) => newGroup(name, [gone, stays])));
    await stream.settle();
    const versionOf = async (id: string) =>
      (await client.get(`/Groups/${id}?attributes=meta`)).body.meta.version;
    const before = await Promise.all(groups.map(versionOf));
    await client.delete(`/Users/${gone}`);
    let told: string[] = [];
    const { write } = await consumedBy(async () => {
      told = (await stream.settle()).map(({ type }) => type);
    });
    expect(told).toEqual(['user.deleted']);
    expect(write).toBeLessThanOrEqual(3 * groups.length + 6);
    for (const group of groups) expect(await membersOf(group)).toEqual([stays]);
    const after = await Promise.all(groups.map(versionOf));
    expect(after.filter((version, index) => version === before[index])).toEqual([]);
  });

  test('is not shown among the members before the clean-up, at the price of one read', async () => {
    const [gone = '', stays = ''] = await newUsers(2);
    const group = await newGroup('A', [gone, stays]);
    await client.delete(`/Users/${gone}`);
    const pair = { groupId: group, memberId: gone };
    expect(await findMemberships(client.incarnation, [pair])).toHaveLength(1);
    expect(await shownMembers(group)).toEqual([stays]);
    // The group, its members, and the tombstones.
    expect((await consumedBy(() => client.get(`/Groups/${group}`))).read).toBeLessThanOrEqual(3);
  });

  test('of a page of groups is looked for once, not once for each group', async () => {
    const users = await newUsers(3);
    for (let n = 0; n < 12; n++) await newGroup(`G${n}`, users);
    await client.delete(`/Users/${users[0]}`);
    // The page, the members of each group, the tombstones, and the counter.
    expect((await consumedBy(() => client.get('/Groups?count=12'))).calls).toBeLessThanOrEqual(
      1 + 12 + 1 + 1,
    );
  });
});

describe('a clean-up that dies', () => {
  /** Deletes a member of two groups, a user or a group with members; answers with what is left, and whose version changed. */
  const cleanUpWith = async (nth: number, cut: Cut, what: 'group' | 'user') => {
    const [user = '', other = ''] = await newUsers(2);
    const inner = await newGroup('Inner', [other]);
    const gone = what === 'group' ? await newGroup('Gone', [user, inner]) : user;
    const outer = await newGroup('Outer', [gone, other]);
    const second = await newGroup('Second', [gone]);
    await stream.settle();
    const versions = () =>
      Promise.all(
        [outer, second].map(
          async (id) => (await client.get(`/Groups/${id}?attributes=meta`)).body.meta.version,
        ),
      );
    const before = await versions();
    await client.delete(what === 'group' ? `/Groups/${gone}` : `/Users/${gone}`);
    const records = await stream.take();
    killAtWrite(nth, cut);
    await deliver(records).catch(() => {});
    const died = revive();
    await deliver(records);
    await stream.settle();
    const after = await versions();
    const names = new Map([user, other, gone, inner, outer, second].map((id, place) => [id, `#${place}`]));
    const items = (await itemsOf(client.incarnation))
      .filter((item) => /#(MEMBER|OF|NESTED)[# ]/.test(item))
      .map((item) => [...names].reduce((text, [id, name]) => text.replaceAll(id, name), item))
      .map((item) => item.replaceAll(client.incarnation, ''))
      .sort();
    return { died, items, counted: after.map((version, place) => version !== before[place]) };
  };

  test.each([
    ['group', 'beforeWrite'],
    ['group', 'afterWrite'],
    ['user', 'beforeWrite'],
    ['user', 'afterWrite'],
  ] as const)(
    'after a %s, %s, at any of its writes leaves nothing when it is repeated',
    async (what, cut) => {
      const clean = await cleanUpWith(1000, cut, what);
      expect(clean.counted).toEqual([true, true]);
      expect(clean.items.filter((item) => item.includes('#2'))).toEqual([]);
      for (let nth = 1, died = true; died; nth++) {
        client = new ScimClient(freshTenantId());
        await client.createTenant();
        const cutOff = await cleanUpWith(nth, cut, what);
        died = cutOff.died;
        expect({ nth, ...cutOff }).toEqual({ nth, ...clean, died });
        if (!died) expect(nth).toBeGreaterThan(8);
      }
    },
  );
});

describe('somebody who comes back', () => {
  /** As a restore will do it: the same id in its next life. */
  const comeBack = async (userId: string) => {
    await client.post('/Users', { userName: 'other' });
    await documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: resourceKey(client.incarnation, 'User', userId),
        UpdateExpression:
          'SET #name = :name, Life = :life, Version = :version, Created = :at, Modified = :at, Attributes = :attributes',
        ExpressionAttributeNames: { '#name': 'Name' },
        ExpressionAttributeValues: {
          ':name': 'back',
          ':life': 2,
          ':version': 5,
          ':at': Date.now(),
          ':attributes': { userName: 'back', active: true },
        },
      }),
    );
  };

  test('is shown in the groups of the new life, and stays there when the clean-up of the old one is repeated', async () => {
    const [user = ''] = await newUsers(1);
    const [old, fresh] = [await newGroup('Old', [user]), await newGroup('Fresh', [])];
    await stream.settle();
    await client.delete(`/Users/${user}`);
    await comeBack(user);
    const added = await client.patchWith(`/Groups/${fresh}`, {
      op: 'add',
      path: 'members',
      value: [{ value: user }],
    });
    expect(added.status).toBe(204);
    expect(await shownMembers(fresh)).toEqual([user]);
    expect(await shownMembers(old)).toEqual([]);
    await stream.settle();
    await followChanges([expired(`T#${client.incarnation}#GONE`)]);
    expect(await membersOf(fresh)).toEqual([user]);
    expect(await membersOf(old)).toEqual([]);
    // Back in the old group as well: the membership belongs to the new life.
    await client.patchWith(`/Groups/${old}`, { op: 'add', path: 'members', value: [{ value: user }] });
    await stream.settle();
    await followChanges([expired(`T#${client.incarnation}#GONE`)]);
    expect(await shownMembers(old)).toEqual([user]);
    expect((await groupsOf(user)).sort()).toEqual([old, fresh].sort());
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
      await putMembers(client.incarnation, group, [member(user)]);
      expect(await stream.settle()).toEqual([]);
      expect(await membersOf(group)).toEqual([]);
      expect(await groupsOf(user)).toEqual([]);
    },
  );

  test('and whose record was lost, goes when the tombstone expires', async () => {
    const [user = ''] = await newUsers(1);
    await client.delete(`/Users/${user}`);
    await stream.settle();
    const group = await newGroup('A', []);
    await putMembers(client.incarnation, group, [member(user)]);
    await stream.take();
    await followChanges([expired(`T#${client.incarnation}#GONE`)]);
    expect(await membersOf(group)).toEqual([]);
  });
});

describe('a group that is being created with members', () => {
  const cutOff = async (displayName: string, members: readonly string[]) => {
    killAtWrite(3, 'beforeWrite');
    const { status } = await client.post('/Groups', {
      displayName,
      members: members.map((value) => ({ value })),
    });
    revive();
    expect(status).toBeGreaterThanOrEqual(500);
  };

  test('whose creator died is not counted and not told of, and goes when its note expires', async () => {
    const [user = ''] = await newUsers(1);
    await stream.settle();
    await cutOff('Cut off', [user]);
    expect(await stream.settle()).toEqual([]);
    expect((await client.get('/Groups')).body.totalResults).toBe(0);
    await followChanges([expired(`T#${client.incarnation}#PENDING`)]);
    await stream.settle();
    expect((await client.post('/Groups', { displayName: 'Cut off' })).status).toBe(201);
    expect(await groupsOf(user)).toEqual([]);
  });

  test('and is there, is left alone when its note expires', async () => {
    const [user = ''] = await newUsers(1);
    const group = await newGroup('A', [user]);
    await stream.settle();
    await followChanges([expired(`T#${client.incarnation}#PENDING`)]);
    expect(await membersOf(group)).toEqual([user]);
    expect((await client.get(`/Groups/${group}`)).status).toBe(200);
  });

  test('is told of first, then each member once, however many slices that takes', async () => {
    const users = await newUsers(30);
    await stream.settle();
    const group = await newGroup('Large', users);
    const before = stream.events.length;
    expect(await followSlowly(10)).toBeGreaterThanOrEqual(1);
    const events = stream.events.slice(before);
    expect(events[0]).toMatchObject({ type: 'group.created', resource: { id: group } });
    expect(
      events
        .slice(1)
        .map(({ member: told }) => told?.id)
        .sort(),
    ).toEqual([...users].sort());
    expect((await itemsOf(client.incarnation)).filter((item) => item.includes('#BORN'))).toEqual([]);
  });

  test.each(['before', 'after'])(
    'and is deleted %s the first slice, has nothing told after that',
    async (when) => {
      // More than a page, so that some are left when the first slice ends.
      const users = await newUsers(when === 'after' ? 505 : 12);
      await stream.settle();
      const group = await newGroup('Large', users);
      const before = stream.events.length;
      const invoke = async () => {
        const changes = (await stream.take()).flatMap((record) => readTableChange(record) ?? []);
        expect((await followChanges(changes, 5)).size).toBe(0);
      };
      if (when === 'after') await invoke();
      await client.delete(`/Groups/${group}`);
      for (let n = 0; n < 250; n++) await invoke();
      const events = stream.events.slice(before).map(({ type }) => type);
      expect(events[0]).toBe('group.created');
      expect(events.at(-1)).toBe('group.deleted');
      expect(events.filter((type) => type === 'group.deleted')).toHaveLength(1);
      const told = events.slice(1, -1);
      expect(told.every((type) => type === 'group.member.added')).toBe(true);
      expect(told.length).toBe(when === 'after' ? 500 : 0);
      expect((await itemsOf(client.incarnation)).filter((item) => /#(BORN|MEMBER|OF)/.test(item))).toEqual(
        [],
      );
    },
  );

  test('is looked at once for each page of members that is told', async () => {
    const user = (await newUsers(1))[0] ?? '';
    await stream.settle();
    const group = await newGroup('One', [user]);
    const records = await stream.take();
    const revealed = records.find(({ dynamodb }) => dynamodb?.OldImage?.Pending !== undefined);
    expect(revealed?.dynamodb?.Keys?.SK?.S).toBe(group);
    // The tenant, the page of members, the user, and the group.
    expect((await consumedBy(() => deliver(revealed ? [revealed] : []))).read).toBeLessThanOrEqual(4);
  });
});

test('what is written when its tenant is no more goes again', async () => {
  const [user = ''] = await newUsers(2);
  await stream.settle();
  await deleteTenant(client.tenant);
  await stream.settle();
  const late = await client.post('/Users', {
    userName: 'late',
    emails: ['a', 'b'].map((value) => ({ type: 'work', value })),
  });
  expect(late.status).toBe(201);
  await putMembers(client.incarnation, randomUUID(), [member(user)]);
  expect(await stream.settle()).toEqual([]);
  const left = await itemsOf(client.incarnation);
  expect(left.filter((item) => !item.includes('#LOG') && !item.includes('#ACTIVITY'))).toEqual([]);
});

/** The change that removes the last item of a partition, as its time to live would. */
const expired = (PK: string) => {
  const record = stream.records.findLast(
    ({ dynamodb }) => dynamodb?.Keys?.PK?.S === PK && dynamodb.NewImage !== undefined,
  );
  if (!record) throw new Error(`Nothing was ever in ${PK}.`);
  return removal(record);
};

const removal = (record: DynamoDBRecord) => {
  const { NewImage, ...dynamodb } = record.dynamodb ?? {};
  const change = readTableChange({
    ...record,
    eventName: 'REMOVE',
    dynamodb: { ...dynamodb, OldImage: NewImage },
  } as never);
  if (!change) throw new Error('Not a change that anybody acts on.');
  return change;
};
