// Issue 18, groups written with facets: what one client may do to a group, and see of it.

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { isWrite } from './support/dynamodb-proxy.ts';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { GROUP, type ScimClient, values } from './support/scim-client.ts';

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterEach(() => run.proxy.reset());
afterAll(() => run?.stop(), 30_000);

test('an add of members that are there changes, writes and logs nothing', async () => {
  const tenant = await run.createTenant();
  const members = await tenant.createUsers(3);
  const { id } = await tenant.createGroup('complete');
  await tenant.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: values(members) }]);
  const before = (await tenant.get(`/Groups/${id}`)).body;
  const entries = () => run.scim('log', tenant.tenant) as Promise<{ id?: string; added?: unknown }[]>;
  const additions = async () => (await entries()).filter((entry) => entry.id === id && entry.added);
  const additionsBefore = await additions();
  let status = 0;
  const { calls } = await run.proxy.during(
    async () => {
      ({ status } = await tenant.patch(`/Groups/${id}`, [
        { op: 'add', path: 'members', value: values(members.slice(0, 2)) },
      ]));
    },
    (call) => isWrite(call) && call.text.includes(id),
  );
  const after = (await tenant.get(`/Groups/${id}`)).body;
  expect(status).toBe(204);
  expect(after.meta).toEqual(before.meta);
  expect(calls.map(({ operation }) => operation)).toEqual([]);
  expect(await additions()).toEqual(additionsBefore);
});

test('a removal of a member that is not there changes nothing', async () => {
  const tenant = await run.createTenant();
  const [member = '', other = ''] = await tenant.createUsers(2);
  const { id, meta } = await tenant.createGroup('without', [member]);
  const { status } = await tenant.patch(`/Groups/${id}`, [
    { op: 'remove', path: `members[value eq "${other}"]` },
  ]);
  expect(status).toBe(204);
  expect((await tenant.get(`/Groups/${id}`)).body.meta.version).toBe(meta.version);
});

test.each(['add', 'replace'] as const)(
  '%s of no members on a group that does not exist is 404',
  async (op) => {
    const tenant = await run.createTenant();
    const { status } = await tenant.patch('/Groups/11111111-2222-4333-8444-555555555555', [
      { op, path: 'members', value: [] },
    ]);
    expect(status).toBe(404);
  },
);

describe('a group too big to be shown with its members', () => {
  let tenant: ScimClient;
  let id: string;
  beforeAll(async () => {
    tenant = await run.createTenant();
    const members = await tenant.createUsers(1_000);
    ({ id } = await tenant.createGroup('small name'));
    for (const at of [0, 500]) {
      await tenant.patch(`/Groups/${id}`, [
        { op: 'add', path: 'members', value: values(members.slice(at, at + 500)) },
      ]);
    }
  }, 60_000);

  // An answer is at most 5.5 MB, and each member's $ref contains the host of the request: with a long one, fewer members suffice.
  const host = `${'long-host-name.'.repeat(500)}example`;
  const name = async () => (await tenant.get(`/Groups/${id}?excludedAttributes=members`)).body.displayName;

  test('is not renamed by a PATCH that asks for them', async () => {
    const { status } = await tenant.patch(
      `/Groups/${id}?attributes=members`,
      [{ op: 'replace', path: 'displayName', value: 'big name' }],
      { host },
    );
    expect([status, await name()]).toEqual([400, 'small name']);
    await tenant.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: 'small name' }]);
  });

  test('is not renamed by a PUT that asks for them', async () => {
    const { status } = await tenant.put(
      `/Groups/${id}?attributes=members`,
      { schemas: [GROUP], displayName: 'big name' },
      { host },
    );
    expect([status, await name()]).toEqual([400, 'small name']);
    await tenant.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: 'small name' }]);
  });

  test('is renamed by a PUT that does not ask for them, and answered without', async () => {
    const { status, body } = await tenant.put(
      `/Groups/${id}`,
      { schemas: [GROUP], displayName: 'new name' },
      { host },
    );
    expect([status, body.displayName, body.members]).toEqual([200, 'new name', undefined]);
    expect(await tenant.membersOf(id)).toHaveLength(1_000);
  });
});

test('a user who is shown with groups is not "not modified" after joining, a renaming, and leaving', async () => {
  const tenant = await run.createTenant();
  const user = await tenant.createUser('joiner@reports.example');
  const { id } = await tenant.createGroup('joined');
  const member = { op: 'add', path: 'members', value: values([user.id]) } as const;
  const read = async (version = '') => {
    const answer = await tenant.get(`/Users/${user.id}?attributes=groups`, { 'if-none-match': version });
    return [answer.status, (answer.body.groups ?? []).map(({ display }) => display)];
  };
  const seen: unknown[] = [];
  await tenant.patch(`/Groups/${id}`, [member]);
  seen.push(await read(user.meta.version));
  await tenant.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: 'renamed' }]);
  seen.push(await read(user.meta.version));
  await tenant.patch(`/Groups/${id}`, [{ op: 'remove', path: `members[value eq "${user.id}"]` }]);
  seen.push(await read(user.meta.version));
  expect(seen).toEqual([
    [200, ['joined']],
    [200, ['renamed']],
    [200, []],
  ]);
});

test('a group that is shown with members is not "not modified" when one of them was deleted', async () => {
  const tenant = await run.createTenant();
  const [gone = '', staying = ''] = await tenant.createUsers(2);
  const { id } = await tenant.createGroup('shrinking', [gone, staying]);
  const { version } = (await tenant.get(`/Groups/${id}`)).body.meta;
  await tenant.delete(`/Users/${gone}`);
  const { status, body } = await tenant.get(`/Groups/${id}`, { 'if-none-match': version });
  expect([status, (body.members ?? []).map(({ value }) => value)]).toEqual([200, [staying]]);
});

test('PUT without members shows the members that stay', async () => {
  const tenant = await run.createTenant();
  const members = await tenant.createUsers(3);
  const { id } = await tenant.createGroup('kept', members);
  const { status, body } = await tenant.put(`/Groups/${id}`, { schemas: [GROUP], displayName: 'kept on' });
  expect(status).toBe(200);
  expect((body.members ?? []).map(({ value }) => value).sort()).toEqual([...members].sort());
});
