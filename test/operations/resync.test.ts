// A resync publishes the state of a tenant, ordered with concurrent changes, and changes nothing.

import '../support/own-table.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
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
  expect(await resyncTenant(client.incarnation)).toEqual({ users: 1, groups: 1, memberships: 1 });
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
