// Lists page by page: their totals, the cost of a page, and that no resource is missed or repeated while others are created
// and deleted.

import '../../support/own-table.ts';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createResource, newResource } from '../../../lambdas/resources/change-resource.ts';
import { readCounter } from '../../../lambdas/resources/counters-table.ts';
import { userType } from '../../../lambdas/scim/schemas/resource-types.ts';
import { documents, tableName } from '../../../lambdas/table/client.ts';
import { counterKey } from '../../../lambdas/table/keys.ts';
import { freshTenantId } from '../../setup/fresh-tenant.ts';
import { ChangeStream } from '../../support/change-stream.ts';
import { consumedBy } from '../../support/consumed-capacity.ts';
import { type Message, ScimClient } from '../../support/scim-client.ts';

jest.setTimeout(180_000);

const stream = new ChangeStream();
const client = new ScimClient(freshTenantId());
const PAGE = 20;
const USERS = 150;

const newUser = async (userName: string) => (await client.post('/Users', { userName })).body.id;

beforeAll(async () => {
  await stream.open();
  await client.createTenant();
  await Promise.all(Array.from({ length: USERS }, (_, n) => newUser(`u${n}`)));
  await stream.settle();
});
afterAll(() => stream.close());

const page = async (startIndex: number) =>
  (await client.get(`/Users?startIndex=${startIndex}&count=${PAGE}`)).body;

describe('totalResults', () => {
  test('is what the counter says, for the first page and all that follow', async () => {
    expect((await page(1)).totalResults).toBe(USERS);
    expect((await page(1 + PAGE)).totalResults).toBe(USERS);
  });

  test('is exact where the list ends, though the counter has not heard yet', async () => {
    const id = await newUser('late');
    expect(await readCounter(client.incarnation, 'User')).toBe(USERS);
    expect((await client.get(`/Users?count=${USERS + 10}`)).body.totalResults).toBe(USERS + 1);
    await client.delete(`/Users/${id}`);
    await stream.settle();
    expect(await readCounter(client.incarnation, 'User')).toBe(USERS);
  });

  test('is counted for a type whose counter did not begin with its first resource', async () => {
    const old = new ScimClient(freshTenantId());
    const Key = counterKey(await old.createTenant(), 'User');
    await documents.send(new DeleteCommand({ TableName: tableName, Key }));
    for (const userName of ['a', 'b', 'c']) await old.post('/Users', { userName });
    await stream.settle();
    await old.post('/Users', { userName: 'd' });
    await stream.settle();
    expect(await readCounter(old.incarnation, 'User')).toBeUndefined();
    expect((await old.get('/Users?count=2')).body.totalResults).toBe(4);
  });

  test('is never less than what was seen', async () => {
    const behind = new ScimClient(freshTenantId());
    await behind.createTenant();
    for (const userName of ['a', 'b', 'c', 'd']) await behind.post('/Users', { userName });
    expect((await behind.get('/Users?startIndex=2&count=2')).body.totalResults).toBe(4);
    await stream.settle();
  });

  test('grows in a walk that finds more than it began with: who stops there would miss the last', async () => {
    const growing = new ScimClient(freshTenantId());
    await growing.createTenant();
    for (const userName of ['a', 'b']) await growing.post('/Users', { userName });
    await stream.settle();
    expect((await growing.get('/Users?count=1')).body.totalResults).toBe(2);
    for (const digit of ['e', 'f']) {
      const id = `ffffffff-ffff-4fff-bfff-fffffffffff${digit}`;
      const subject = { tenant: growing.incarnation, type: userType, principal: undefined };
      await createResource(subject, { ...newResource(userType, { userName: digit }), id });
    }
    expect((await growing.get('/Users?startIndex=2&count=1')).body.totalResults).toBeGreaterThan(2);
    await stream.settle();
  });
});

/** All users, page by page, running `between` between two pages. */
async function* walk(first: string, next: (body: Message) => string | undefined) {
  for (let query: string | undefined = first; query; ) {
    const { body } = await client.get(`/Users?count=${PAGE}&${query}`);
    yield body;
    query = next(body);
  }
}

const byIndex = () =>
  walk('startIndex=1', ({ startIndex, itemsPerPage }) =>
    itemsPerPage === PAGE ? `startIndex=${startIndex + PAGE}` : undefined,
  );
const byCursor = () =>
  walk('cursor=', ({ nextCursor }) =>
    typeof nextCursor === 'string' ? `cursor=${encodeURIComponent(nextCursor)}` : undefined,
  );

describe.each([
  ['startIndex', byIndex],
  ['cursor', byCursor],
])('a walk by %s', (_, start) => {
  test('meets everybody who was there throughout exactly once, while others come and go', async () => {
    const comers: string[] = [];
    const met: string[] = [];
    const goers = await Promise.all(Array.from({ length: 30 }, (__, n) => newUser(`goer-${n}`)));
    const stayed = new Set<string>();
    for await (const { Resources } of byIndex()) for (const { id } of Resources) stayed.add(id);
    for (const id of goers) stayed.delete(id);
    for await (const { Resources } of start()) {
      met.push(...Resources.map(({ id }) => id));
      comers.push(await newUser(`comer-${comers.length}`), await newUser(`comer-${comers.length}-too`));
      await Promise.all(goers.splice(0, 4).map((id) => client.delete(`/Users/${id}`)));
    }
    expect(new Set(met).size).toBe(met.length);
    expect([...stayed].filter((id) => !met.includes(id))).toEqual([]);
    expect(stayed.size).toBe(USERS);
    await Promise.all([...comers, ...goers].map((id) => client.delete(`/Users/${id}`)));
    await stream.settle();
  });

  test('costs the same for every page', async () => {
    const pages = start();
    const costs: { readonly read: number; readonly write: number }[] = [];
    for (let done = false; !done; ) {
      costs.push(
        await consumedBy(async () => {
          done = (await pages.next()).done === true;
        }),
      );
    }
    const whole = costs.slice(1, -2);
    expect(whole.length).toBeGreaterThan(4);
    expect(Math.max(...whole.map(({ read }) => read))).toBeLessThan(
      Math.min(...whole.map(({ read }) => read)) + 2,
    );
    expect(Math.max(...whole.map(({ write }) => write))).toBeLessThanOrEqual(1);
  });
});
