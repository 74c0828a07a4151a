// Issue 18, incarnation: five minutes after a tenant was deleted nothing of it is in the table. Slow when something stays.

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { isRead } from './support/dynamodb-proxy.ts';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { values } from './support/scim-client.ts';
import { until } from './support/until.ts';

const WITHIN_MS = 300_000;

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterEach(() => run.proxy.reset());
afterAll(() => run?.stop(), 30_000);

const THINGS = {
  schema: {
    id: 'urn:example:reports:Thing',
    name: 'Thing',
    attributes: [{ name: 'label', type: 'string', uniqueness: 'server' }],
  },
  resourceType: { name: 'Thing', endpoint: '/Things' },
};

test('nothing stays of a tenant with a removed type, marks of pages, activity, a webhook and a log', async () => {
  const tenant = await run.createTenant();
  await run.addSchema(tenant.tenant, THINGS);
  const thing = await tenant.post('/Things', { schemas: [THINGS.schema.id], label: 'one' });
  expect(thing.status).toBe(201);
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
  await run.scim('schema', 'remove', tenant.tenant, THINGS.schema.id);
  expect(await run.table.partitionsWith(tenant.tenant)).not.toEqual([]);
  await run.scim('tenant', 'delete', tenant.tenant, '--yes');
  const left = await until(
    () => run.table.partitionsWith(tenant.tenant),
    (partitions) => partitions.length === 0,
    WITHIN_MS,
    2_000,
  );
  expect(left).toEqual([]);
}, 360_000);

test('nothing stays of what requests under way wrote while their tenant was deleted', async () => {
  const tenant = await run.createTenant();
  const members = await tenant.createUsers(20);
  // The requests are slow, so that they go on while the tenant is deleted.
  run.proxy.delay(isRead, 150);
  let deleted = false;
  const writing = members.map(async (id, index) => {
    for (let round = 0; !deleted && round < 100; round++) {
      await tenant.createUser(`late-${index}-${round}@reports.example`).catch(() => undefined);
      await tenant.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: `late ${round}` }]);
      await tenant.get(`/Users?startIndex=${1 + round}&count=1`);
    }
  });
  await run.scim('tenant', 'delete', tenant.tenant, '--yes').finally(() => {
    deleted = true;
  });
  await Promise.all(writing);
  run.proxy.reset();
  const left = await until(
    () => run.table.partitionsWith(tenant.tenant),
    (partitions) => partitions.length === 0,
    WITHIN_MS,
    2_000,
  );
  expect(left).toEqual([]);
}, 420_000);
