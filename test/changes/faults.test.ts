// The changes function is killed at each of its writes in turn, gets batches twice, and gets the records of
// different items in any order: counts stay exact, no event is lost, and the clean-up completes.

import '../support/own-table.ts';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { followChanges } from '../../lambdas/changes/follow.ts';
import { readTableChange } from '../../lambdas/changes/table-change.ts';
import type { BusinessEvent } from '../../lambdas/events/event.ts';
import { type Incarnation, incarnationAt, incarnationOf } from '../../lambdas/platform/tenant.ts';
import { readCounter } from '../../lambdas/resources/counters-table.ts';
import { walkGroupsOf, walkMembers } from '../../lambdas/resources/facets/members-table.ts';
import { countInIndex, walkStored } from '../../lambdas/resources/resources-table.ts';
import { documents, tableName } from '../../lambdas/table/client.ts';
import { counterKey, unfollowed } from '../../lambdas/table/keys.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream } from '../support/change-stream.ts';
import { type Cut, countWrites, killAtWrite, revive } from '../support/faults.ts';
import { itemSize } from '../support/item-size.ts';
import { ScimClient } from '../support/scim-client.ts';

jest.setTimeout(180_000);

const stream = new ChangeStream();
beforeAll(() => stream.open());
afterAll(() => stream.close());

/** Small enough that cleaning up after the large group takes several slices. */
const MAX_MEMBERSHIPS = 3;

const follow = async (records: readonly DynamoDBRecord[]): Promise<void> => {
  const changes = records.flatMap((record) => readTableChange(record) ?? []);
  const undone = await followChanges(changes, MAX_MEMBERSHIPS);
  if (undone.size > 0) throw new Error('The batch is not done.');
};

/** As Lambda does: failed records are delivered again, and then once more to test idempotency. */
const followInSpite = async (records: readonly DynamoDBRecord[]): Promise<void> => {
  const done = await follow(records).then(
    () => true,
    () => false,
  );
  if (revive() || !done) {
    await follow(records);
    await follow(records);
  }
};

const USERS = 8;
const [LARGE, SMALL, OUTER] = [USERS, USERS + 1, USERS + 2];

interface History {
  readonly tenant: Incarnation;
  readonly ids: readonly string[];
}

/** A bit of everything, not processed yet. */
const makeHistory = async (): Promise<History> => {
  const client = new ScimClient(freshTenantId());
  const tenant = await client.createTenant();
  const users = await Promise.all(
    Array.from(
      { length: USERS },
      async (_, n) => (await client.post('/Users', { userName: `u${n}` })).body.id,
    ),
  );
  const newGroup = async (displayName: string, members: readonly string[] = []) =>
    (await client.post('/Groups', { displayName, members: members.map((value) => ({ value })) })).body.id;
  const large = await newGroup('Large', users);
  const small = await newGroup('Small');
  const outer = await newGroup('Outer', [small, users[0] ?? '']);
  const patchMembers = (op: string, ...ids: readonly (string | undefined)[]) =>
    client.patchWith(`/Groups/${small}`, { op, path: 'members', value: ids.map((value) => ({ value })) });
  await patchMembers('add', users[1], users[2], users[3]);
  await patchMembers('remove', users[2]);
  await client.patchWith(`/Groups/${small}`, { op: 'replace', path: 'displayName', value: 'Smaller' });
  await client.patchWith(`/Users/${users[4]}`, { op: 'replace', path: 'active', value: false });
  await client.delete(`/Users/${users[1]}`);
  await client.delete(`/Users/${users[0]}`);
  await client.delete(`/Groups/${large}`);
  return { tenant, ids: [...users, large, small, outer] };
};

const nameOf = ({ type, orderingKey }: BusinessEvent, { ids }: History) =>
  `${type} ${orderingKey
    .split('/')
    .map((id) => ids.indexOf(id))
    .join('/')}`;

const eventsOf = (history: History): BusinessEvent[] =>
  stream.events.filter(({ tenant, incarnation }) => incarnationOf(tenant, incarnation) === history.tenant);

/** The events of the history, each once, in a form that is the same for every run. */
const told = (history: History): string[] =>
  [...new Map(eventsOf(history).map((event) => [event.id, nameOf(event, history)])).values()].sort();

/** How many events came again; each time as before, with the same sequence. */
const countRepeats = (history: History): number => {
  const first = new Map<string, BusinessEvent>();
  let repeats = 0;
  for (const event of eventsOf(history)) {
    const before = first.get(event.id);
    first.set(event.id, event);
    if (!before) continue;
    expect(event).toEqual(before);
    repeats += 1;
  }
  return repeats;
};

/** No two events of a resource share a sequence. */
const expectOwnSequences = (history: History): void => {
  const events = [...new Map(eventsOf(history).map((event) => [event.id, event])).values()];
  const places = events.map(({ orderingKey, sequence }) => `${orderingKey} ${sequence}`);
  expect(new Set(places).size).toBe(places.length);
};

const membershipsLeft = async ({ tenant, ids }: History): Promise<string[]> => {
  const rows = await Promise.all(
    ids.map(async (id, index) => {
      const members = (await Array.fromAsync(walkMembers(tenant, id))).flat();
      const groups = (await Array.fromAsync(walkGroupsOf(tenant, id))).flat().map(({ groupId }) => groupId);
      return [
        ...members.map((member) => `${index} has ${ids.indexOf(member.id)}`),
        ...groups.map((group) => `${index} in ${ids.indexOf(group)}`),
      ];
    }),
  );
  return rows.flat().sort();
};

const outcome = async (history: History) => ({
  told: told(history),
  memberships: await membershipsLeft(history),
  users: await readCounter(history.tenant, 'User'),
  groups: await readCounter(history.tenant, 'Group'),
});

let expected: Awaited<ReturnType<typeof outcome>>;
let writes: number;

beforeAll(async () => {
  const history = await makeHistory();
  writes = await countWrites(() => stream.settle(follow));
  expected = await outcome(history);
});

test('without a fault, everything is told, counted and cleaned up', async () => {
  expect(expected.users).toBe(USERS - 2);
  expect(expected.groups).toBe(2);
  expect(expected.memberships).toEqual(
    [`3 in ${SMALL}`, `${SMALL} has 3`, `${SMALL} in ${OUTER}`, `${OUTER} has ${SMALL}`].sort(),
  );
  expect(expected.told).toContain(`group.deleted ${LARGE}`);
  expect(expected.told.filter((event) => event.startsWith('group.member.removed'))).toEqual([
    `group.member.removed ${SMALL}/2`,
  ]);
  expect(writes).toBeGreaterThan(12);
});

describe.each<Cut>(['beforeWrite', 'afterWrite'])('killed %s', (cut) => {
  test('at every write in turn, the outcome is the same, and each event that comes again is as before (S1.6)', async () => {
    let repeats = 0;
    for (let nth = 1; nth <= writes; nth++) {
      const history = await makeHistory();
      killAtWrite(nth, cut);
      await stream.settle(followInSpite);
      revive();
      expect({ nth, ...(await outcome(history)) }).toEqual({ nth, ...expected });
      repeats += countRepeats(history);
      expectOwnSequences(history);
    }
    expect(repeats).toBeGreaterThan(0);
  });
});

test('with every batch delivered twice and late, the outcome is the same, and so is each event (S1.6)', async () => {
  const history = await makeHistory();
  const first = stream.records.length;
  await stream.settle(async (records) => {
    await follow(records);
    await follow(records);
  });
  await follow(stream.records.slice(first));
  await stream.settle(follow);
  expect(await outcome(history)).toEqual(expected);
  expect(countRepeats(history)).toBeGreaterThan(expected.told.length);
  expectOwnSequences(history);
});

test('with the records of different items in any order, the outcome is the same (S1.6)', async () => {
  const history = await makeHistory();
  await stream.settle((records) => follow(interleave(records)));
  expect(await outcome(history)).toEqual(expected);
});

/** Interleaves the records of items, the last item first; each item's records keep their order. */
const interleave = (records: readonly DynamoDBRecord[]): DynamoDBRecord[] => {
  const items = [
    ...Map.groupBy(records, ({ dynamodb }) => JSON.stringify(dynamodb?.Keys)).values(),
  ].reverse();
  const longest = Math.max(...items.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => items.flatMap((item) => item[turn] ?? [])).flat();
};

test('the parts of a counter add up to it, each with the ids that begin so', async () => {
  const { tenant } = await makeHistory();
  await stream.settle(follow);
  const request = new GetCommand({ TableName: tableName, Key: counterKey(tenant, 'User') });
  const { Item = {} } = await documents.send(request);
  const parts = Object.entries(Item).filter(([name, count]) => /^P\d+$/.test(name) && count !== 0);
  const users = await Array.fromAsync(walkStored(tenant, 'User'));
  const expected = Map.groupBy(users.flat(), ({ id }) => `P${Number.parseInt(id.slice(0, 2), 16) >> 1}`);
  expect(Object.fromEntries(parts)).toEqual(
    Object.fromEntries(Array.from(expected, ([name, { length }]) => [name, length])),
  );
  expect(parts.reduce((sum, [, count]) => sum + count, 0)).toBe(Item.Resources);
});

test('a counter of a million stays under a kilobyte', () => {
  const parts = Object.fromEntries(Array.from({ length: 128 }, (_, part) => [`P${part}`, 9_876]));
  const tenant = incarnationAt('t'.repeat(32) as never, Date.now());
  const item = {
    ...counterKey(tenant, 'User'),
    ...unfollowed,
    Resources: 1_234_567,
    Complete: true,
    ...parts,
  };
  expect(itemSize(item)).toBeLessThanOrEqual(1024);
});

test('the counter is what walking the index counts', async () => {
  const history = await makeHistory();
  await stream.settle(follow);
  expect(await readCounter(history.tenant, 'User')).toBe(await countInIndex(history.tenant, 'User'));
  expect(await readCounter(history.tenant, 'Group')).toBe(await countInIndex(history.tenant, 'Group'));
});
