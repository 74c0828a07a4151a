// Issue 18, a work budget: how much one tenant may delay others.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type DynamoDBCall, isRead, writeOf } from './support/dynamodb-proxy.ts';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { type Answer, type ScimClient, USER } from './support/scim-client.ts';

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterEach(() => run.proxy.reset());
afterAll(() => run?.stop(), 30_000);

/** Matches queries of a tenant; lookups by the whole key are not queries. */
const queriesOf =
  ({ tenant }: ScimClient) =>
  (call: DynamoDBCall) =>
    call.operation === 'Query' && call.text.includes(tenant);

const walk = (tenant: ScimClient, what = 'nobody') => tenant.filter('/Users', `displayName co "${what}"`);

const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status).sort();

const preparedTenant = async () => {
  const tenant = await run.createTenant();
  const users = await tenant.createUsers(5);
  // The function has its settings cached by now.
  await walk(tenant);
  await tenant.get(`/Users/${users[0]}`);
  return { tenant, users };
};

const costly: Readonly<Record<string, (tenant: ScimClient, index: number) => Promise<Answer>>> = {
  'walks by filter': (tenant, index) => walk(tenant, `x${index}`),
  'pages of more than 200': (tenant) => tenant.get('/Users?count=201'),
  'bulk requests of more than 50 operations': (tenant, index) =>
    tenant.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: Array.from({ length: 51 }, (_, at) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `b${at}`,
        data: { schemas: [USER], userName: `bulk${index}-${at}@reports.example` },
      })),
    }),
};

test.each(Object.entries(costly))(
  'of 12 %s at once 8 are done, the others are told to come again',
  async (_, send) => {
    const { tenant } = await preparedTenant();
    run.proxy.delay(queriesOf(tenant), 2_000);
    run.proxy.delay(writeOf('bulk'), 300);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => send(tenant, index)));
    expect(statuses(answers)).toEqual([...Array(8).fill(200), ...Array(4).fill(429)]);
    for (const { headers } of answers.filter(({ status }) => status === 429)) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    run.proxy.reset();
    expect((await walk(tenant)).status).toBe(200);
  },
  60_000,
);

test('beside refused walks of a tenant its look-ups, pages and changes succeed', async () => {
  const { tenant, users } = await preparedTenant();
  run.proxy.delay(queriesOf(tenant), 2_000);
  const walks = Array.from({ length: 12 }, (_, index) => walk(tenant, `x${index}`));
  await sleep(500);
  const others = await Promise.all([
    tenant.get(`/Users/${users[0]}`),
    tenant.filter('/Users', 'userName eq "user1@reports.example"'),
    tenant.filter('/Users', 'externalId eq "nobody"'),
    tenant.get('/Users?count=200'),
    tenant.patch(`/Users/${users[2]}`, [{ op: 'replace', path: 'displayName', value: 'Changed' }]),
  ]);
  expect(others.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const refused = statuses(await Promise.all(walks)).filter((status) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
}, 30_000);

test('walks of one tenant take nothing from another', async () => {
  const { tenant } = await preparedTenant();
  const { tenant: other } = await preparedTenant();
  run.proxy.delay(queriesOf(tenant), 2_000);
  const walks = Array.from({ length: 12 }, (_, index) => walk(tenant, `x${index}`));
  expect((await walk(other)).status).toBe(200);
  const refused = statuses(await Promise.all(walks)).filter((status) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
}, 30_000);

test('a walk over a slow table is given up after some seconds, with Retry-After', async () => {
  const tenant = await run.createTenant();
  // 4 MB: several pages of a query.
  const title = 'x'.repeat(100_000);
  for (let at = 0; at < 40; at += 8) await tenant.createUsers(8, `big${at}-`, { title });
  await tenant.get('/Users?count=1');
  run.proxy.delay((call) => isRead(call) && queriesOf(tenant)(call), 3_500);
  const { status, headers } = await walk(tenant);
  expect(status).toBe(503);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
}, 60_000);
