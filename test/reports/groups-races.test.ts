// Issue 18, groups written with facets: several clients change one group concurrently.

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { writeOf } from './support/dynamodb-proxy.ts';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { GROUP, groupOf, idsIn, type ScimClient, values } from './support/scim-client.ts';
import { until } from './support/until.ts';
import { startWebhookReceiver } from './support/webhook-receiver.ts';

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterEach(() => run.proxy.reset());
afterAll(() => run?.stop(), 30_000);

test('of 40 creations of one group at once one is made, and nothing is told of the others', async () => {
  const receiver = await startWebhookReceiver();
  try {
    const tenant = await run.createTenant();
    await run.scim('webhook', 'set', tenant.tenant, receiver.url);
    const members = await tenant.createUsers(5);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => tenant.post('/Groups', groupOf('contended', members))),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(39);
    const winner = made[0]?.body.id;

    // Events are published in the order of the changes: once the last is published, so are the others.
    const last = await tenant.createUser('last@reports.example');
    const added = () => receiver.events().filter(({ type }) => type === 'group.member.added');
    await until(
      async () => receiver.events(),
      (events) =>
        events.some(({ resource }) => resource.id === last.id) &&
        added().filter(({ resource }) => resource.id === winner).length === members.length,
      20_000,
    );
    const created = receiver.events().filter(({ type }) => type === 'group.created');
    expect(created.map(({ resource }) => resource.id)).toEqual([winner]);
    expect(added().filter(({ resource }) => resource.id !== winner)).toHaveLength(0);
    expect(
      added()
        .map(({ member }) => member?.id)
        .sort(),
    ).toEqual([...members].sort());
  } finally {
    await receiver.stop();
  }
}, 60_000);

test.each([
  [
    'two replaces of members',
    (tenant: ScimClient, id: string, members: readonly string[]) =>
      tenant.patch(`/Groups/${id}`, [{ op: 'replace', path: 'members', value: values(members) }]),
  ],
  [
    'two PUTs with members',
    (tenant: ScimClient, id: string, members: readonly string[]) =>
      tenant.put(`/Groups/${id}`, { schemas: [GROUP], displayName: 'replaced', members: values(members) }),
  ],
])(
  '%s at once leave one of both lists, 20 times',
  async (_, replace) => {
    const tenant = await run.createTenant();
    const [a = '', b = '', c = '', d = ''] = await tenant.createUsers(4);
    const lists = [[a, b].sort(), [c, d].sort()] as const;
    const { id } = await tenant.createGroup('replaced');
    const left: string[] = [];
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(lists.map((list) => replace(tenant, id, list)));
      expect(answers.map(({ status }) => status).filter((status) => status > 204 && status !== 503)).toEqual(
        [],
      );
      const members = await tenant.membersOf(id);
      left.push(
        lists.some((list) => String(list) === String(members)) ? 'one list' : `${members.length} of both`,
      );
    }
    expect(left).toEqual(Array(20).fill('one list'));
  },
  60_000,
);

test('adds and removes of one pair at once leave both sides in agreement, 30 times', async () => {
  const tenant = await run.createTenant();
  const [member = ''] = await tenant.createUsers(1);
  const { id } = await tenant.createGroup('pair');
  const disagreements: unknown[] = [];
  for (let round = 0; round < 30; round++) {
    await Promise.all([
      tenant.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: values([member]) }]),
      tenant.patch(`/Groups/${id}`, [{ op: 'remove', path: `members[value eq "${member}"]` }]),
      tenant.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: values([member]) }]),
    ]);
    const isMember = (await tenant.membersOf(id)).includes(member);
    const { groups = [] } = (await tenant.get(`/Users/${member}?attributes=groups`)).body;
    const found = idsIn(await tenant.filter('/Groups', `members.value eq "${member}"`));
    if (groups.length !== Number(isMember) || found.length !== Number(isMember)) {
      disagreements.push({ round, isMember, groups: groups.length, found: found.length });
    }
  }
  expect(disagreements).toEqual([]);
}, 60_000);

test('adds of several, some present, beside replaces leave each member as some order does, 20 times', async () => {
  const tenant = await run.createTenant();
  const [present = '', absent = '', listed = '', ...others] = await tenant.createUsers(6);
  const { id } = await tenant.createGroup('mixed');
  const patch = (op: 'add' | 'remove' | 'replace', ids: readonly string[]) =>
    tenant.patch(`/Groups/${id}`, [{ op, path: 'members', value: values(ids) }]);
  for (let round = 0; round < 20; round++) {
    await patch('replace', [present, ...others]);
    const answers = await Promise.all([patch('add', [present, absent]), patch('replace', [listed])]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    const members = await tenant.membersOf(id);
    // Depending on the order, `listed` alone is left, or all three; this may differ from member to member.
    expect(members).toContain(listed);
    expect(others.filter((other) => members.includes(other))).toEqual([]);
    const { status } = await patch('add', [present, absent]);
    expect([status, await tenant.membersOf(id)]).toEqual([204, [present, absent, listed].sort()]);
  }
}, 60_000);

test('a group whose creation is under way is not seen anywhere', async () => {
  const tenant = await run.createTenant();
  const [member = ''] = await tenant.createUsers(1);
  const membership = run.proxy.hold(writeOf(member));
  const creation = tenant.post('/Groups', groupOf('under way', [member]));
  await membership.arrived;
  const seen = [
    (await tenant.get('/Groups')).body.totalResults,
    (await tenant.filter('/Groups', 'displayName eq "under way"')).body.totalResults,
    (await tenant.filter('/Groups', `members.value eq "${member}"`)).body.totalResults,
    (await tenant.filter('/Groups', 'displayName sw "under"')).body.totalResults,
    ((await tenant.get(`/Users/${member}?attributes=groups`)).body.groups ?? []).length,
  ];
  membership.release();
  const { status, body } = await creation;
  expect([status, seen]).toEqual([201, [0, 0, 0, 0, 0]]);
  expect(await tenant.membersOf(body.id)).toEqual([member]);
});
