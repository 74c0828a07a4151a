// Issue 18, a write is a transition: a write whose answer was lost is recognised when the SDK retries it.

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { writeOf } from './support/dynamodb-proxy.ts';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { GROUP, groupOf, idsIn, type ScimClient, USER } from './support/scim-client.ts';

let run: LocalRun;
let tenant: ScimClient;
beforeAll(async () => {
  run = await startLocalRun();
  tenant = await run.createTenant();
  // Writes that happen once per tenant are made before anything is cut.
  await tenant.get('/Users');
}, 60_000);
afterEach(() => run.proxy.reset());
afterAll(() => run?.stop(), 30_000);

/** Drops the answer to the next write that mentions the value. */
const loseAnswer = (value: string) => run.proxy.intercept(writeOf(value), () => 'cutAfter', 1);

test('PATCH of a user with If-Match', async () => {
  const { id, meta } = await tenant.createUser('patched@reports.example');
  const lost = loseAnswer(id);
  const { status } = await tenant.patch(
    `/Users/${id}`,
    [{ op: 'replace', path: 'displayName', value: 'Patched' }],
    { 'if-match': meta.version },
  );
  expect([lost.applied(), status]).toEqual([1, 200]);
  expect((await tenant.get(`/Users/${id}`)).body.displayName).toBe('Patched');
});

test('PATCH of a userName, which claims the new one, with If-Match', async () => {
  const { id, meta } = await tenant.createUser('renamed@reports.example');
  const lost = loseAnswer(id);
  const { status } = await tenant.patch(
    `/Users/${id}`,
    [{ op: 'replace', path: 'userName', value: 'renamed2@reports.example' }],
    { 'if-match': meta.version },
  );
  expect([lost.applied(), status]).toEqual([1, 200]);
  expect((await tenant.get(`/Users/${id}`)).body.userName).toBe('renamed2@reports.example');
});

test('PUT of a user with If-Match', async () => {
  const { id, meta } = await tenant.createUser('put@reports.example');
  const lost = loseAnswer(id);
  const { status } = await tenant.put(
    `/Users/${id}`,
    { schemas: [USER], userName: 'put@reports.example', displayName: 'Put' },
    { 'if-match': meta.version },
  );
  expect([lost.applied(), status]).toEqual([1, 200]);
  expect((await tenant.get(`/Users/${id}`)).body.displayName).toBe('Put');
});

test('POST of a user', async () => {
  const lost = loseAnswer('posted@reports.example');
  const { status } = await tenant.post('/Users', { schemas: [USER], userName: 'posted@reports.example' });
  expect([lost.applied(), status]).toEqual([1, 201]);
  expect((await tenant.filter('/Users', 'userName eq "posted@reports.example"')).body.totalResults).toBe(1);
});

test('DELETE of a user with If-Match', async () => {
  const { id, meta } = await tenant.createUser('deleted@reports.example');
  const lost = loseAnswer(id);
  const { status } = await tenant.delete(`/Users/${id}`, { 'if-match': meta.version });
  expect([lost.applied(), status]).toEqual([1, 204]);
  expect((await tenant.get(`/Users/${id}`)).status).toBe(404);
});

test('POST of a group', async () => {
  const lost = loseAnswer('posted group');
  const { status } = await tenant.post('/Groups', groupOf('posted group'));
  expect([lost.applied(), status]).toEqual([1, 201]);
  expect((await tenant.filter('/Groups', 'displayName eq "posted group"')).body.totalResults).toBe(1);
});

test('POST of a group with members', async () => {
  const { id: member } = await tenant.createUser('member@reports.example');
  const lost = loseAnswer('posted with members');
  const { status } = await tenant.post('/Groups', groupOf('posted with members', [member]));
  expect([lost.applied(), status]).toEqual([1, 201]);
  const found = await tenant.filter('/Groups', 'displayName eq "posted with members"');
  expect(idsIn(found)).toHaveLength(1);
  expect(await tenant.membersOf(idsIn(found)[0] ?? '')).toEqual([member]);
});

test('PUT of a group with If-Match', async () => {
  const { id, meta } = await tenant.createGroup('put group');
  const lost = loseAnswer(id);
  const { status } = await tenant.put(
    `/Groups/${id}`,
    { schemas: [GROUP], displayName: 'put group again' },
    { 'if-match': meta.version },
  );
  expect([lost.applied(), status]).toEqual([1, 200]);
  expect((await tenant.get(`/Groups/${id}`)).body.displayName).toBe('put group again');
});

test('PATCH that adds a member with If-Match', async () => {
  const { id: member } = await tenant.createUser('added@reports.example');
  const { id, meta } = await tenant.createGroup('growing');
  const lost = loseAnswer(id);
  const { status } = await tenant.patch(
    `/Groups/${id}`,
    [{ op: 'add', path: 'members', value: [{ value: member }] }],
    { 'if-match': meta.version },
  );
  expect([lost.applied(), status]).toEqual([1, 204]);
  expect(await tenant.membersOf(id)).toEqual([member]);
});
