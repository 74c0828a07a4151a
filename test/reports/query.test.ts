// Issue 18, one query plan: filters that found too little or too much, or cost too much.

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { isRead } from './support/dynamodb-proxy.ts';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { idsIn, type Message, type ScimClient } from './support/scim-client.ts';
import { until } from './support/until.ts';

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterEach(() => run.proxy.reset());
afterAll(() => run?.stop(), 30_000);

describe('groups by two members', () => {
  let tenant: ScimClient;
  let [a, b]: string[] = [];
  let both: Message;
  let onlyA: Message;
  beforeAll(async () => {
    tenant = await run.createTenant();
    [a, b] = await tenant.createUsers(2);
    both = await tenant.createGroup('both', [a as string, b as string]);
    onlyA = await tenant.createGroup('only a', [a as string]);
    await tenant.createGroup('only b', [b as string]);
    await tenant.createGroup('nobody');
  });

  test.each([
    [
      'members.value eq A and members.value eq B',
      () => `members.value eq "${a}" and members.value eq "${b}"`,
    ],
    ['the same, one of them in a value filter', () => `members[value eq "${a}"] and members.value eq "${b}"`],
  ])('%s finds the group that has both', async (_, filter) => {
    const answer = await tenant.filter('/Groups', filter());
    expect([answer.status, idsIn(answer)]).toEqual([200, [both.id]]);
  });

  test('members[value eq A and type eq "User"] finds the groups of that user', async () => {
    const answer = await tenant.filter('/Groups', `members[value eq "${a}" and type eq "User"]`);
    expect([answer.status, idsIn(answer)]).toEqual([200, [both.id, onlyA.id].sort()]);
  });

  test('members.value eq A and not (members.value eq B) leaves out the group that has both', async () => {
    const answer = await tenant.filter(
      '/Groups',
      `members.value eq "${a}" and not (members.value eq "${b}")`,
    );
    expect([answer.status, idsIn(answer)]).toEqual([200, [onlyA.id]]);
  });
});

describe('users by two groups', () => {
  let tenant: ScimClient;
  let [inBoth, inFirst, inSecond]: string[] = [];
  let first: Message;
  let second: Message;
  beforeAll(async () => {
    tenant = await run.createTenant();
    [inBoth, inFirst, inSecond] = await tenant.createUsers(3);
    first = await tenant.createGroup('first', [inBoth as string, inFirst as string]);
    second = await tenant.createGroup('second', [inBoth as string, inSecond as string]);
  });

  test('groups.value eq G and groups.value eq H finds who is in both', async () => {
    const answer = await tenant.filter(
      '/Users',
      `groups.value eq "${first.id}" and groups.value eq "${second.id}"`,
    );
    expect([answer.status, idsIn(answer)]).toEqual([200, [inBoth]]);
  });

  test('groups.value eq G and not (groups.value eq H) leaves out who is in both', async () => {
    const answer = await tenant.filter(
      '/Users',
      `groups.value eq "${first.id}" and not (groups.value eq "${second.id}")`,
    );
    expect([answer.status, idsIn(answer)]).toEqual([200, [inFirst]]);
  });
});

test.each(['first@reports.example', 'second@reports.example'])(
  'somebody with two work addresses is found by %s',
  async (address) => {
    const tenant = await run.createTenant();
    const user = await tenant.createUser('two@reports.example', {
      emails: [
        { type: 'work', value: 'first@reports.example' },
        { type: 'work', value: 'second@reports.example' },
      ],
    });
    const answer = await tenant.filter('/Users', `emails[type eq "work"].value eq "${address}"`);
    expect([answer.status, idsIn(answer)]).toEqual([200, [user.id]]);
  },
);

describe('somebody in 130 groups', () => {
  let tenant: ScimClient;
  let user: Message;
  let groupIds: string[];
  beforeAll(async () => {
    tenant = await run.createTenant();
    user = await tenant.createUser('joiner@reports.example');
    const data = (index: number) => ({ displayName: `group ${index}`, members: [{ value: user.id }] });
    groupIds = await tenant.bulk(
      Array.from({ length: 130 }, (_, index) => ({ method: 'POST', path: '/Groups', data: data(index) })),
    );
  }, 30_000);

  test('members.value eq finds all of them', async () => {
    const answer = await tenant.filter('/Groups', `members.value eq "${user.id}"`, {
      count: '200',
      excludedAttributes: 'members',
    });
    expect([answer.status, answer.body.totalResults]).toEqual([200, 130]);
    expect(idsIn(answer)).toEqual(groupIds.sort());
  });

  test('attributes=groups shows all of them', async () => {
    const { status, body } = await tenant.get(`/Users/${user.id}?attributes=groups`);
    expect([status, body.groups?.length]).toEqual([200, 130]);
    expect(body.groups.map(({ value }) => value).sort()).toEqual(groupIds.sort());
  });
});

test('an externalId that 130 users share finds all of them', async () => {
  const tenant = await run.createTenant();
  const ids = await tenant.createUsers(130, 'twin', { externalId: 'shared' });
  const answer = await tenant.filter('/Users', 'externalId eq "shared"', { count: '200' });
  expect([answer.status, answer.body.totalResults]).toEqual([200, 130]);
  expect(idsIn(answer)).toEqual(ids.sort());
}, 30_000);

test('groups.value eq G does not read once for each of 400 users', async () => {
  const tenant = await run.createTenant();
  const [member = ''] = await tenant.createUsers(400);
  const group = await tenant.createGroup('small', [member]);
  // The changes function has processed the creation of the users, and reads no more.
  const total = await until(
    async () => (await tenant.get('/Users?count=1')).body.totalResults,
    (count) => count === 400,
    15_000,
  );
  expect(total).toBe(400);
  const found: string[] = [];
  const { calls } = await run.proxy.during(async () => {
    found.push(...idsIn(await tenant.filter('/Users', `groups.value eq "${group.id}"`)));
  }, isRead);
  expect(found).toEqual([member]);
  expect(calls.length).toBeLessThan(50);
}, 40_000);
