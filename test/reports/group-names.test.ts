// Issue 18, claims: a group is identified by name and externalId together, so that two departments may both have "Managers".

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { groupOf, idsIn } from './support/scim-client.ts';

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterAll(() => run?.stop(), 30_000);

test('a second group of a name with another externalId is made, and both are found at once', async () => {
  const tenant = await run.createTenant();
  const first = await tenant.post('/Groups', groupOf('Managers', [], { externalId: 'one' }));
  const second = await tenant.post('/Groups', groupOf('Managers', [], { externalId: 'two' }));
  const found = await tenant.filter('/Groups', 'displayName eq "managers"');
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(idsIn(found)).toEqual([first.body.id, second.body.id].sort());
  const narrowed = await tenant.filter('/Groups', 'displayName eq "Managers" and externalId eq "two"');
  expect(idsIn(narrowed)).toEqual([second.body.id]);
});

test('one group of a name may have an externalId and one none', async () => {
  const tenant = await run.createTenant();
  const first = await tenant.post('/Groups', groupOf('Managers'));
  const second = await tenant.post('/Groups', groupOf('Managers', [], { externalId: 'two' }));
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(idsIn(await tenant.filter('/Groups', 'displayName eq "Managers"'))).toHaveLength(2);
});

test.each([
  ['the same externalId', { externalId: 'one' }],
  ['no externalId', {}],
])('a second group of a name with %s is 409, also in another case', async (_, more) => {
  const tenant = await run.createTenant();
  const first = await tenant.post('/Groups', groupOf('Managers', [], more));
  const second = await tenant.post('/Groups', groupOf('MANAGERS', [], more));
  expect([first.status, second.status]).toEqual([201, 409]);
});

test('a name that begins like another one is not found with it', async () => {
  const tenant = await run.createTenant();
  const { id } = await tenant.createGroup('a', [], { externalId: 'x' });
  await tenant.createGroup('a#b', [], { externalId: 'x' });
  await tenant.createGroup('ab', [], { externalId: 'x' });
  expect(idsIn(await tenant.filter('/Groups', 'displayName eq "a"'))).toEqual([id]);
});

test('a group that takes the name and the externalId of another is refused', async () => {
  const tenant = await run.createTenant();
  await tenant.createGroup('Managers', [], { externalId: 'one' });
  const { id } = await tenant.createGroup('Managers', [], { externalId: 'two' });
  const taking = [{ op: 'replace', path: 'externalId', value: 'one' }] as const;
  expect((await tenant.patch(`/Groups/${id}`, taking)).status).toBe(409);
  const renamed = [{ op: 'replace', path: 'externalId', value: 'three' }] as const;
  expect((await tenant.patch(`/Groups/${id}`, renamed)).status).toBe(204);
  await tenant.createGroup('Managers', [], { externalId: 'two' });
});
