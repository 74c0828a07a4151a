// Issue 18, incarnation: five minutes after a tenant was deleted, the table has no items of it. All tenants are
// deleted first, and the tests share the five minutes, which are skipped except for the last seconds.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isRead } from './support/dynamodb-proxy.ts';
import { holdBack, type LateWrite, lateWrites } from './support/late-writes.ts';
import { freshName, type LocalRun, startLocalRun } from './support/local-run.ts';
import { type ScimClient, values } from './support/scim-client.ts';
import { until } from './support/until.ts';

const WITHIN_MS = 300_000;

/** The end of that time is not skipped: a busy machine may need it for the sweep. */
const NOT_SKIPPED_MS = 20_000;

const THINGS = {
  schema: {
    id: 'urn:example:reports:Thing',
    name: 'Thing',
    attributes: [{ name: 'label', type: 'string', uniqueness: 'server' }],
  },
  resourceType: { name: 'Thing', endpoint: '/Things' },
};

let run: LocalRun;
let used: ScimClient;
let removedType: ScimClient;
/** The value and the id of the resource of that type; nothing else in the table has them. */
let marksOfType: readonly string[] = [];
let busy: ScimClient;
const late: Record<string, LateWrite> = {};
let deadline = 0;

beforeAll(async () => {
  run = await startLocalRun();
  used = await useEverything();
  removedType = await removeTypeInUse();
  busy = await deleteWhileBusy();
  const writing = Object.entries(lateWrites).map(async ([what, write]) => {
    late[what] = await deleteBeforeWrite(write);
  });
  await Promise.all(writing);
  await deleteTenant(used);
  await deleteTenant(removedType);
  deadline = run.now() + WITHIN_MS;
}, 180_000);
afterAll(() => run?.stop(), 30_000);

const deleteTenant = ({ tenant }: ScimClient) => run.scim('tenant', 'delete', tenant, '--yes');

/** A tenant with every kind of item. */
const useEverything = async () => {
  const tenant = await run.createTenant();
  await run.scim('webhook', 'set', tenant.tenant, 'http://127.0.0.1:9/hook');
  const members = await tenant.createUsers(6);
  const group = await tenant.createGroup('group', members);
  await tenant.createGroup('other group', [group.id]);
  await tenant.patch(`/Groups/${group.id}`, [
    { op: 'replace', path: 'members', value: values(members.slice(1)) },
  ]);
  await tenant.delete(`/Users/${members[0]}`);
  for (const startIndex of [1, 3, 5]) await tenant.get(`/Users?startIndex=${startIndex}&count=2`);
  await tenant.filter('/Users', 'displayName co "nobody"');
  expect((await tenant.post('/Users', {})).status).toBe(400);
  return tenant;
};

const removeTypeInUse = async () => {
  const tenant = await run.createTenant();
  await run.addSchema(tenant.tenant, THINGS);
  const label = freshName();
  const thing = await tenant.post('/Things', { schemas: [THINGS.schema.id], label });
  expect(thing.status).toBe(201);
  marksOfType = [label, thing.body.id];
  await run.scim('schema', 'remove', tenant.tenant, THINGS.schema.id, '--yes');
  return tenant;
};

/** The requests are slow, so that they are still in flight while the tenant is deleted. */
const deleteWhileBusy = async () => {
  const tenant = await run.createTenant();
  const members = await tenant.createUsers(10);
  const slowness = run.proxy.delay(isRead, 100);
  let deleted = false;
  const working = members.map(async (id, index) => {
    for (let round = 0; !deleted && round < 100; round++) {
      await tenant.post('/Users', { userName: `busy-${index}-${round}@reports.example` });
      await tenant.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: `busy ${round}` }]);
      await tenant.get(`/Users?startIndex=${1 + round}&count=1`);
    }
  });
  await deleteTenant(tenant).finally(() => {
    deleted = true;
  });
  await Promise.all(working);
  slowness.end();
  return tenant;
};

const deleteBeforeWrite = async (write: (typeof lateWrites)[string]) => {
  const tenant = await run.createTenant();
  const held = await holdBack(run, tenant, write);
  await deleteTenant(tenant);
  await run.createTenant(tenant.tenant);
  await held.release();
  return held;
};

const itemsWith = async (marks: readonly string[]): Promise<string[]> =>
  (await Promise.all(marks.map((mark) => run.table.itemsWith(mark)))).flat();

const whatIsLeft = async (look: () => Promise<string[]>): Promise<string[]> => {
  const isNothing = (partitions: readonly string[]) => partitions.length === 0;
  const leftMs = () => Math.max(deadline - run.now(), 1);
  await run.skipUntil(look, isNothing, leftMs() - NOT_SKIPPED_MS, 1_000);
  return until(look, isNothing, leftMs(), 1_000);
};

test('nothing stays of a tenant with members, marks of pages, activity, a webhook and a log', async () => {
  expect(await whatIsLeft(() => run.table.partitionsWith(used.tenant))).toEqual([]);
}, 330_000);

test('no resource stays of a type that was taken away before', async () => {
  expect(await whatIsLeft(() => itemsWith(marksOfType))).toEqual([]);
}, 330_000);

test('nothing stays of a tenant whose own type was taken away before', async () => {
  expect(await whatIsLeft(() => run.table.partitionsWith(removedType.tenant))).toEqual([]);
}, 330_000);

test('nothing stays of what requests under way wrote while their tenant was deleted', async () => {
  expect(await whatIsLeft(() => run.table.partitionsWith(busy.tenant))).toEqual([]);
}, 330_000);

test.each(Object.keys(lateWrites))(
  'nothing stays of a %s that was held back until there was another tenant',
  async (what) => {
    const { marks = [] } = late[what] ?? {};
    expect(marks).not.toEqual([]);
    expect(await whatIsLeft(() => itemsWith(marks))).toEqual([]);
  },
  330_000,
);
