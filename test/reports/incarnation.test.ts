// Issue 18, incarnation: the next tenant with a name sees nothing of the previous one.

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { isStreamRead, isWrite } from './support/dynamodb-proxy.ts';
import { holdBack, lateWrites } from './support/late-writes.ts';
import { freshName, type LocalRun, startLocalRun } from './support/local-run.ts';
import { idsIn, type ScimClient } from './support/scim-client.ts';
import { until } from './support/until.ts';
import { startWebhookReceiver } from './support/webhook-receiver.ts';

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterEach(() => run.proxy.reset());
afterAll(() => run?.stop(), 30_000);

const DEVICES = {
  schema: {
    id: 'urn:example:reports:Device',
    name: 'Device',
    attributes: [{ name: 'serial', type: 'string' }],
  },
  resourceType: { name: 'Device', endpoint: '/Devices' },
};

const createDevice = (tenant: ScimClient, serial: string) =>
  tenant.post('/Devices', { schemas: [DEVICES.schema.id], serial });

/** Deletes the tenant and at once creates another with its name. */
const recreate = async ({ tenant }: ScimClient): Promise<ScimClient> => {
  await run.scim('tenant', 'delete', tenant, '--yes');
  return run.createTenant(tenant);
};

const list = async (tenant: ScimClient, path: string) => {
  const { status, body } = await tenant.get(path);
  return { status, totalResults: body.totalResults, resources: body.Resources?.length ?? 0 };
};
const NONE = { status: 200, totalResults: 0, resources: 0 };

test('the next tenant of a name has no user, no group, no webhook, and no log', async () => {
  const former = await run.createTenant();
  await run.scim('webhook', 'set', former.tenant, 'http://127.0.0.1:9/hook');
  const members = await former.createUsers(3);
  await former.createGroup('group', members);
  const next = await recreate(former);
  expect(await list(next, '/Users')).toEqual(NONE);
  expect(await list(next, '/Groups')).toEqual(NONE);
  expect((await next.filter('/Users', 'userName eq "user0@reports.example"')).body.totalResults).toBe(0);
  expect((await next.get(`/Users/${members[0]}`)).status).toBe(404);
  expect((await run.tryScim('webhook', 'show', next.tenant)).code).toBe(1);
  const log = (await run.scim('log', next.tenant)) as { operation: string }[];
  expect(log.filter(({ operation }) => operation === 'create' || operation === 'bulk')).toEqual([]);
});

test('the next tenant of a name has no resource of a type whose schema was removed', async () => {
  const former = await run.createTenant();
  await run.addSchema(former.tenant, DEVICES);
  const { status, body: device } = await createDevice(former, 'one');
  expect(status).toBe(201);
  await run.scim('schema', 'remove', former.tenant, DEVICES.schema.id, '--yes');
  const next = await recreate(former);
  await run.addSchema(next.tenant, DEVICES);
  const seen = await run.skipUntil(
    () => list(next, '/Devices'),
    (each) => each.status === 200,
    70_000,
    1_000,
  );
  expect(seen).toEqual(NONE);
  expect((await next.get(`/Devices/${device.id}`)).status).toBe(404);
}, 120_000);

test('the next tenant of a name has none of the schemas that the one before had', async () => {
  const former = await run.createTenant();
  await run.addSchema(former.tenant, DEVICES);
  expect((await createDevice(former, 'one')).status).toBe(201);
  expect((await former.get('/Schemas')).body.Resources.map(({ id }) => id)).toContain(DEVICES.schema.id);
  const next = await recreate(former);
  expect((await next.get('/Schemas')).body.Resources.map(({ id }) => id)).not.toContain(DEVICES.schema.id);
  expect((await next.get('/Devices')).status).toBe(404);
});

test('pages of the next tenant of a name do not begin where a walk through the one before was', async () => {
  const former = await run.createTenant();
  await former.createUsers(12);
  const page = async (tenant: ScimClient, startIndex: number) =>
    idsIn(await tenant.get(`/Users?startIndex=${startIndex}&count=2`));
  for (let startIndex = 1; startIndex <= 11; startIndex += 2) await page(former, startIndex);
  const next = await recreate(former);
  const ids = (await next.createUsers(12)).sort();
  for (let startIndex = 11; startIndex >= 1; startIndex -= 2) {
    expect(await page(next, startIndex)).toEqual(ids.slice(startIndex - 1, startIndex + 1));
  }
});

test('a token of the former tenant does not work on the next one', async () => {
  const former = await run.createTenant();
  await former.get('/Users');
  const next = await recreate(former);
  const { status } = await next.get('/Users', { authorization: `Bearer ${former.token}` });
  expect(status).toBe(401);
  expect((await next.get('/Users')).status).toBe(200);
});

test('the webhook of the next tenant gets nothing of the one before', async () => {
  const receiver = await startWebhookReceiver();
  try {
    const former = await run.createTenant();
    // The changes of the previous tenant are processed late.
    const stream = run.proxy.holdAll(isStreamRead);
    const members = await former.createUsers(3);
    const group = await former.createGroup('group', members);
    const next = await recreate(former);
    await run.scim('webhook', 'set', next.tenant, receiver.url);
    const own = await next.createUser('own@reports.example');
    stream.release();
    const events = await until(
      async () => receiver.events(),
      (seen) => seen.some(({ resource }) => resource.id === own.id),
      20_000,
    );
    expect(events.map(({ resource }) => resource.id)).toContain(own.id);
    const formerIds = [...members, group.id];
    const foreign = events.filter(({ resource }) => formerIds.includes(resource.id));
    expect(foreign.map(({ type }) => type)).toEqual([]);
    const counted = await until(
      () => list(next, '/Users'),
      ({ totalResults }) => totalResults === 1,
      10_000,
    );
    expect(counted).toEqual({ status: 200, totalResults: 1, resources: 1 });
  } finally {
    await receiver.stop();
  }
}, 60_000);

describe('the next tenant of a name sees nothing', () => {
  const nothing = [NONE, NONE, 0, 0, 0];
  /** By the name of the write: what was seen of it within three seconds, which all wait for together. */
  const seen: Record<string, unknown> = {};

  const writeLate = async (write: (typeof lateWrites)[string]) => {
    const former = await run.createTenant();
    const late = await holdBack(run, former, write);
    const next = await recreate(former);
    await next.get('/Users');
    await late.release();
    const shown = await until(
      async () => [
        await list(next, '/Users'),
        await list(next, '/Groups'),
        (await next.filter('/Users', `userName eq "${late.userName}"`)).body.totalResults,
        (await next.filter('/Groups', `displayName eq "${late.displayName}"`)).body.totalResults,
        (await next.filter('/Groups', `members.value eq "${late.memberId}"`)).body.totalResults,
      ],
      (each) => JSON.stringify(each) !== JSON.stringify(nothing),
      3_000,
    );
    await next.createUser(late.userName);
    await next.createGroup(late.displayName);
    return shown;
  };

  beforeAll(async () => {
    const writing = Object.entries(lateWrites).map(async ([what, write]) => {
      seen[what] = await writeLate(write);
    });
    await Promise.all(writing);
  }, 120_000);

  test.each(Object.keys(lateWrites))('of a late %s', (what) => {
    expect(seen[what]).toEqual(nothing);
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'a creation that is killed at its write %s goes on when it is repeated',
  async (nth) => {
    const name = freshName();
    let writes = 0;
    const command = { kill: () => {} };
    const killing = run.proxy.intercept(
      (call) => isWrite(call) && call.text.includes(name),
      () => {
        if (++writes < nth) return 'pass';
        command.kill();
        return 'cutBefore';
      },
    );
    const started = run.startScim('tenant', 'create', name);
    command.kill = started.kill;
    const { code } = await started.result;
    killing.end();
    if (code === 0) expect(writes).toBeLessThan(nth);
    else {
      const tenant = await run.createTenant(name);
      expect(await list(tenant, '/Users')).toEqual(NONE);
      await tenant.createUser('first@reports.example');
    }
    const shown = (await run.scim('tenant', 'show', name)) as { users: number };
    expect(shown.users).toBe(code === 0 ? 0 : 1);
  },
  30_000,
);
