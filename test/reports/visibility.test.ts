// Issue 18, one reader with visibility: what deleted users cost, and where they are still counted.

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { isRead, isStreamRead } from './support/dynamodb-proxy.ts';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { values } from './support/scim-client.ts';
import { until } from './support/until.ts';

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterEach(() => run.proxy.reset());
afterAll(() => run?.stop(), 30_000);

interface LogEntry {
  readonly operation: string;
  readonly id?: string;
}

test('a page of groups does not read all that was deleted once for each group', async () => {
  const tenant = await run.createTenant();
  const [member = ''] = await tenant.createUsers(1, 'member');
  const data = (index: number) => ({ displayName: `group ${index}`, members: [{ value: member }] });
  await tenant.bulk(
    Array.from({ length: 40 }, (_, index) => ({ method: 'POST', path: '/Groups', data: data(index) })),
  );
  const leavers = await tenant.createUsers(500, 'leaver');
  const readPage = () => tenant.get('/Groups?count=40');
  const total = await until(
    async () => (await tenant.get('/Users?count=1')).body.totalResults,
    (count) => count === 501,
    15_000,
  );
  expect(total).toBe(501);
  await readPage();
  const before = await run.proxy.during(readPage, isRead);
  // The clean-up after the deletions is held meanwhile.
  run.proxy.holdAll(isStreamRead);
  await tenant.bulk(leavers.map((id) => ({ method: 'DELETE', path: `/Users/${id}` })));
  const after = await run.proxy.during(readPage, isRead);
  expect(before.readUnits).toBeGreaterThan(0);
  // Reading 500 tombstones takes some 15 units.
  expect(after.readUnits - before.readUnits).toBeLessThan(60);
}, 60_000);

test('a replace of members does not count somebody who was deleted', async () => {
  const tenant = await run.createTenant();
  const [gone = '', staying = ''] = await tenant.createUsers(2);
  const { id } = await tenant.createGroup('group', [gone, staying]);
  // The clean-up after the deletion is held meanwhile.
  run.proxy.holdAll(isStreamRead);
  await tenant.delete(`/Users/${gone}`);
  expect(await tenant.membersOf(id)).toEqual([staying]);
  const { status } = await tenant.patch(`/Groups/${id}`, [
    { op: 'replace', path: 'members', value: values([staying]) },
  ]);
  const log = (await run.scim('log', tenant.tenant)) as LogEntry[];
  const patches = log.filter((entry) => entry.operation === 'patch' && entry.id === id);
  expect(status).toBe(204);
  expect(JSON.stringify(patches)).not.toContain(gone);
});

test('a deletion of all members does not count somebody who was deleted', async () => {
  const tenant = await run.createTenant();
  const [gone = '', staying = ''] = await tenant.createUsers(2);
  const { id } = await tenant.createGroup('group', [gone, staying]);
  run.proxy.holdAll(isStreamRead);
  await tenant.delete(`/Users/${gone}`);
  const { status } = await tenant.patch(`/Groups/${id}`, [{ op: 'remove', path: 'members' }]);
  const log = (await run.scim('log', tenant.tenant)) as LogEntry[];
  const patches = JSON.stringify(log.filter((entry) => entry.operation === 'patch' && entry.id === id));
  expect(status).toBe(204);
  expect(patches).toContain(staying);
  expect(patches).not.toContain(gone);
});
