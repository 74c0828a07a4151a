// A resync publishes the state of a tenant, ordered with concurrent changes, and changes nothing.

import '../support/own-table.ts';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { bus } from '../../lambdas/events/bus.ts';
import { resyncTenant } from '../../lambdas/operations/resync.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream } from '../support/change-stream.ts';
import { ScimClient } from '../support/scim-client.ts';

const stream = new ChangeStream();
let client: ScimClient;
let user: string;
let group: string;

beforeAll(() => stream.open());
afterAll(() => stream.close());

beforeEach(async () => {
  client = new ScimClient(freshTenantId());
  await client.createTenant();
  user = (await client.post('/Users', { userName: 'alice', active: false })).body.id;
  group = (await client.post('/Groups', { displayName: 'Dredging', members: [{ value: user }] })).body.id;
  await stream.settle();
});

test('everything is told as it is, with the mark of a resync', async () => {
  expect(await resyncTenant(client.incarnation)).toMatchObject({ users: 1, groups: 1, memberships: 1 });
  const events = await stream.settle();
  expect(events.map(({ type, resync }) => [type, resync])).toEqual([
    ['user.created', true],
    ['group.created', true],
    ['group.member.added', true],
  ]);
  expect(events[0]).toMatchObject({ sequence: '1', resource: { id: user, active: false } });
  expect(events[2]).toMatchObject({ orderingKey: `${group}/${user}` });
});

test('a second resync tells again, under other ids', async () => {
  await resyncTenant(client.incarnation);
  await resyncTenant(client.incarnation);
  const events = await stream.settle();
  expect(new Set(events.map(({ id }) => id)).size).toBe(6);
});

test('a run has a begin, an end and an id, by which a product finds what it should no longer have (S4.3)', async () => {
  const gone = (await client.post('/Users', { userName: 'gone' })).body.id;
  await stream.settle();
  // The product misses the deletion.
  await client.delete(`/Users/${gone}`);
  await stream.settle();
  const from = stream.events.length;
  const { resyncId, ...counts } = await resyncTenant(client.incarnation);
  await stream.settle();
  const events = stream.events.slice(from);
  const marks = events.filter(({ type }) => type.startsWith('tenant.resync'));
  expect(marks.map(({ type }) => type)).toEqual(['tenant.resync.started', 'tenant.resync.ended']);
  expect(marks[1]).toMatchObject({ published: { users: 1, groups: 1, memberships: 1 } });
  expect(counts).toEqual(marks[1]?.published);
  expect(BigInt(marks[1]?.sequence ?? 0)).toBeGreaterThan(BigInt(marks[0]?.sequence ?? 0));
  expect(new Set(events.map((event) => event.resyncId))).toEqual(new Set([resyncId]));
  const named = events.filter(({ resync }) => resync).map(({ resource }) => resource.id);
  expect([user, gone].filter((id) => !named.includes(id))).toEqual([gone]);
  expect((await client.get(`/Users/${gone}`)).status).toBe(404);
});

test('a run of which the bus does not accept the begin publishes nothing, and says so (S4.3)', async () => {
  const from = stream.events.length;
  jest.spyOn(bus, 'send').mockImplementation(() => Promise.reject(new TypeError('fetch failed')));
  await expect(resyncTenant(client.incarnation)).rejects.toThrow('run it again');
  jest.restoreAllMocks();
  await stream.settle();
  expect(stream.events.slice(from)).toEqual([]);
});

test('versions and entity tags stay, and a change afterwards is told as a change', async () => {
  const { version } = (await client.get(`/Users/${user}`)).body.meta;
  await resyncTenant(client.incarnation);
  expect((await client.get(`/Users/${user}`)).body.meta.version).toBe(version);
  await stream.settle();
  await client.patchWith(`/Users/${user}`, { op: 'replace', path: 'displayName', value: 'Alice' });
  await client.patchWith(`/Groups/${group}`, { op: 'remove', path: 'members' });
  const events = await stream.settle();
  expect(events.map(({ type, resync }) => [type, resync])).toEqual([
    ['user.updated', undefined],
    ['group.member.removed', undefined],
  ]);
});

test('a removal that overtakes the resync has the greater sequence', async () => {
  await resyncTenant(client.incarnation);
  await client.patchWith(`/Groups/${group}`, { op: 'remove', path: 'members' });
  const [added, removed] = (await stream.settle()).filter(({ type }) => type.startsWith('group.member'));
  expect([added?.type, removed?.type]).toEqual(['group.member.added', 'group.member.removed']);
  expect(BigInt(removed?.sequence ?? 0)).toBeGreaterThan(BigInt(added?.sequence ?? 0));
});
