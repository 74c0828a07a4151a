// Issue 18, errors say what may be logged: the provisioning log has no values except names and ids.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { groupOf } from './support/scim-client.ts';

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterAll(() => run?.stop(), 30_000);

const ADDRESS = 'somebody@private.example';

test.each([
  ['adds', [{ op: 'add', path: 'members', value: [{ value: ADDRESS }] }]],
  ['replaces', [{ op: 'replace', path: 'members', value: [{ value: ADDRESS }] }]],
] as const)('an e-mail sent as the id of a member that a PATCH %s is not logged', async (_, operations) => {
  const tenant = await run.createTenant();
  const { id } = await tenant.createGroup('group');
  const { status } = await tenant.patch(`/Groups/${id}`, operations);
  const log = JSON.stringify(await run.scim('log', tenant.tenant));
  expect(status).toBe(400);
  expect(log).toContain(id);
  expect(log).not.toContain('private.example');
});

test('an e-mail sent as the id of a member of a new group is not logged', async () => {
  const tenant = await run.createTenant();
  const { status } = await tenant.post('/Groups', groupOf('group', [ADDRESS]));
  const log = JSON.stringify(await run.scim('log', tenant.tenant));
  expect(status).toBe(400);
  expect(log).toContain('400');
  expect(log).not.toContain('private.example');
});
