// Issue 18, groups written with facets: requests that are killed between two writes, and retried. An abandoned lease
// lasts 30 seconds, which are skipped while no other request is in flight.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { writeOf } from './support/dynamodb-proxy.ts';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { type Answer, groupOf, idsIn, type ScimClient, values } from './support/scim-client.ts';
import { until } from './support/until.ts';

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterEach(() => run.proxy.reset());
afterAll(() => run?.stop(), 30_000);

/** Blocks all writes that mention one of `values`, from the nth on. */
const killAtWrite = (nth: number, mentioned: readonly string[]) => {
  let writes = 0;
  return run.proxy.intercept(writeOf(...mentioned), () => (++writes < nth ? 'pass' : 'cutBefore'));
};

/** Retries a request, as a client does, until it is accepted. */
const insist = async (send: () => Promise<Answer>): Promise<number> => {
  const { status } = await until(send, (answer) => answer.status < 500 && answer.status !== 429, 90_000, 500);
  return status;
};

const replaceMembers = (tenant: ScimClient, id: string, members: readonly string[]) =>
  tenant.patch(`/Groups/${id}`, [{ op: 'replace', path: 'members', value: values(members) }]);

test.each([1, 2, 3, 4])(
  'two replaces, one killed at its write %s, beside 50 adds and removes end as if one after another',
  async (nth) => {
    const tenant = await run.createTenant();
    const users = await tenant.createUsers(130);
    const [first, second] = [users.slice(0, 40), users.slice(40, 80)];
    const [added, removed] = [users.slice(80, 105), users.slice(105, 130)];
    const { id } = await tenant.createGroup('contended', removed);

    const killing = killAtWrite(nth, first);
    const replace = async (members: readonly string[]) => {
      const { status } = await replaceMembers(tenant, id, members);
      if (status < 300) return status;
      killing.end();
      return insist(() => replaceMembers(tenant, id, members));
    };
    const others = [
      ...added.map((value) => ({ op: 'add', path: 'members', value: [{ value }] }) as const),
      ...removed.map((value) => ({ op: 'remove', path: `members[value eq "${value}"]` }) as const),
    ].map(async (operation, index) => {
      await sleep(index * 5);
      return insist(() => tenant.patch(`/Groups/${id}`, [operation]));
    });
    const statuses = await Promise.all([replace(first), replace(second), ...others]);
    killing.end();
    expect(statuses.filter((status) => status !== 204)).toEqual([]);

    // Whichever replace was last, nothing of the other is left, and removed members never come back.
    const left = new Set(await tenant.membersOf(id));
    const countOf = (ids: readonly string[]) => ids.filter((each) => left.has(each)).length;
    const kept = { first: countOf(first), second: countOf(second), removed: countOf(removed) };
    expect([
      { first: first.length, second: 0, removed: 0 },
      { first: 0, second: second.length, removed: 0 },
    ]).toContainEqual(kept);
  },
  200_000,
);

test.each([1, 2, 3, 4])(
  'the name of a group whose creation with members was killed behind its write %s is free after 30 seconds',
  async (nth) => {
    const tenant = await run.createTenant();
    const members = await tenant.createUsers(60);
    // The changes function has processed the creation of the users by now.
    await until(
      async () => (await tenant.get('/Users?count=0')).body.totalResults,
      (total) => total === members.length,
      10_000,
    );
    const starts = writeOf('cut off', ...members);
    const ofTenant = writeOf(tenant.tenant);
    let writes = 0;
    const killing = run.proxy.intercept(
      (call) => (writes === 0 ? starts(call) : ofTenant(call)),
      () => (++writes <= nth ? 'pass' : 'cutBefore'),
    );
    await tenant.post('/Groups', groupOf('cut off', members));
    killing.end();

    const hidden = await tenant.filter('/Groups', 'displayName eq "cut off"');
    const ids = idsIn(hidden);
    if (ids.length > 0) {
      // Everything was written before the kill.
      expect(await tenant.membersOf(ids[0] ?? '')).toEqual([...members].sort());
      return;
    }
    const { status, body } = await run.skipUntil(
      () => tenant.post('/Groups', groupOf('cut off', members.slice(0, 2))),
      (answer) => answer.status === 201,
      45_000,
      1_000,
    );
    expect(status).toBe(201);
    const found = await tenant.filter('/Groups', 'displayName eq "cut off"');
    expect(idsIn(found)).toEqual([body.id]);
    expect(await tenant.membersOf(body.id)).toEqual(members.slice(0, 2).sort());
    const counted = await until(
      async () => (await tenant.get('/Groups?count=0')).body.totalResults,
      (total) => total === 1,
      10_000,
    );
    expect(counted).toBe(1);
    const user = await tenant.get(`/Users/${members[5]}?attributes=groups`);
    expect(user.body.groups ?? []).toEqual([]);
  },
  90_000,
);
