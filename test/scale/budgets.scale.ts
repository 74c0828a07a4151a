// The budgets of request units, at sizes that differ by more than an order of magnitude, and the table of them that docs/speed.md shows.

import '../support/own-table.ts';
import { writeSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asTenantId, incarnationAt, type TenantId } from '../../lambdas/platform/tenant.ts';
import { newResource } from '../../lambdas/resources/change-resource.ts';
import { toItem } from '../../lambdas/resources/resource-item.ts';
import { userType } from '../../lambdas/scim/schemas/resource-types.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream, deliver } from '../support/change-stream.ts';
import { type Consumed, consumedBy } from '../support/consumed-capacity.ts';
import { itemSize } from '../support/item-size.ts';
import { ScimClient } from '../support/scim-client.ts';
import { type Budget, CostTable, costOf } from './cost-table.ts';
import { startOwnEmulator } from './emulator.ts';
import { createSilentTable, startStream } from './late-stream.ts';
import { type Group, groupOperations, MANY, userOperations } from './operations.ts';
import { longNamedPerson, person, WRITE_UNIT } from './person.ts';
import { tellCount, tellEveryTest } from './progress.ts';
import { seedGroup, seedTenant } from './seed.ts';
import { LARGE, SMALL } from './sizes.ts';
import { byCursor, byStartIndex } from './walk.ts';

const GROUP_SIZES = [10, SMALL, LARGE];

const JUMPS = [501, 20_001, 40_001];
/** This many users are 20 MB, as far as a jump may go. */
const REACH = 26_000;
/** Not the page size of the walks, whose page marks would help. */
const PAGE_AFTER_JUMP = 50;

const users = (size: number) => `${size.toLocaleString('en')} users`;
const groupOf = (size: number) => `group of ${size.toLocaleString('en')}`;

const userTable = new CostTable('read / write / calls', [SMALL, LARGE].map(users));
const groupTable = new CostTable('read / write / calls', GROUP_SIZES.map(groupOf));

const directories = new Map<number, { readonly client: ScimClient; readonly ids: readonly string[] }>();
const groups = new Map<number, Group>();
const stream = new ChangeStream();
let stopEmulator: () => Promise<void>;

const at = <Value>(values: ReadonlyMap<number, Value>, size: number): Value => {
  const value = values.get(size);
  if (value === undefined) throw new Error(`Nothing was seeded at ${size}.`);
  return value;
};

beforeAll(async () => {
  stopEmulator = await startOwnEmulator();
  await createSilentTable();
  for (const size of [SMALL, LARGE]) {
    const client = new ScimClient(freshTenantId());
    directories.set(size, { client, ids: await seedTenant(client, size + MANY) });
  }
  const { client, ids } = at(directories, LARGE);
  for (const size of GROUP_SIZES) {
    const id = await seedGroup(client.incarnation, `Group of ${size}`, ids.slice(MANY, MANY + size));
    groups.set(size, { id, memberId: ids[MANY] ?? '', outsiders: ids.slice(0, MANY) });
  }
});

afterAll(async () => {
  await stream.close();
  await stopEmulator();
  userTable.print();
  groupTable.print();
});

tellEveryTest();

const expectWithin = (budget: Budget | undefined, { read, write }: Consumed) => {
  if (!budget) return;
  expect(read).toBeLessThanOrEqual(budget.read);
  expect(write).toBeLessThanOrEqual(budget.write);
};

describe.each(GROUP_SIZES)('in a group of %d', (size) => {
  test.each(groupOperations)('it stays within its budget to %s', async (name, budget, perform) => {
    const { client } = at(directories, LARGE);
    const cost = await costOf(client.incarnation, async () => {
      expect((await perform(client, at(groups, size))).status).toBeLessThan(300);
    });
    groupTable.enter(name, budget, groupOf(size), cost);
    expectWithin(budget, cost);
  });
});

describe.each([SMALL, LARGE])('with %d users', (size) => {
  describe.each([
    ['startIndex', byStartIndex],
    ['cursor', byCursor],
  ])('a page of 100 in a walk by %s', (name, walk) => {
    test('stays within its budget anywhere', async () => {
      const { client } = at(directories, size);
      const budget = { read: 30, write: 1 };
      const pages = walk(client);
      const costs: Consumed[] = [];
      for (let ended = false; !ended; ) {
        const cost = await costOf(client.incarnation, async () => {
          ended = (await pages.next()).done === true;
        });
        if (!ended) costs.push(cost);
      }
      const middle = costs[Math.floor(costs.length / 2)];
      for (const [where, cost] of [
        ['first', costs[0]],
        ['middle', middle],
        ['last', costs.at(-1)],
      ] as const) {
        if (cost) userTable.enter(`page of 100 by ${name}, ${where}`, budget, users(size), cost);
      }
      expect(costs.length).toBe(Math.ceil((size + MANY) / 100));
      for (const cost of costs) expectWithin(budget, cost);
    });
  });

  test.each(JUMPS)(
    'a jump to startIndex %d costs what lies before it, and no more than 20 MB',
    async (startIndex) => {
      const { client } = at(directories, size);
      const cost = await costOf(client.incarnation, async () => {
        const { status, body } = await client.get(`/Users?startIndex=${startIndex}&count=${PAGE_AFTER_JUMP}`);
        const refused = Math.min(startIndex, size) > REACH;
        expect([status, body.scimType, body.Resources?.length]).toEqual(
          refused ? [400, 'tooMany', undefined] : [200, undefined, startIndex > size ? 0 : PAGE_AFTER_JUMP],
        );
      });
      const walkedOver = Math.min(startIndex + PAGE_AFTER_JUMP, size + MANY);
      // Users of at most 1 KB, four per unit; one page too many is read.
      const read = Math.min(Math.ceil(walkedOver / 4) + 25, 21 * 257);
      const name = `page of ${PAGE_AFTER_JUMP} by a jump to startIndex ${startIndex.toLocaleString('en')}`;
      userTable.enter(name, undefined, users(size), cost);
      expectWithin({ read, write: 1 }, cost);
    },
  );

  test.each(userOperations)('it stays within its budget to %s', async (name, budget, perform) => {
    const { client, ids } = at(directories, size);
    const cost = await costOf(client.incarnation, async () => {
      expect((await perform(client, ids)).status).toBeLessThan(300);
    });
    userTable.enter(name, budget, users(size), cost);
    expectWithin(budget, cost);
  });
});

describe('what follows a write', () => {
  beforeAll(async () => {
    await startStream();
    await stream.open();
  });

  test.each([SMALL, LARGE])(
    'a creation among %d users, with its event, its count and its entry in the log, stays within 12 write units',
    async (size) => {
      const { client } = at(directories, size);
      const name = 'create a user, with all that follows';
      const budget = { read: 4, write: 12 };
      const cost = await costOf(client.incarnation, async () => {
        expect((await client.post('/Users', person(`followed-${size}`))).status).toBe(201);
        await stream.settle(async (records) => {
          expect((await deliver(records)).batchItemFailures).toEqual([]);
        });
      });
      userTable.enter(name, budget, users(size), cost);
      expectWithin(budget, cost);
      // More than the request alone, or the stream was not processed.
      expect(cost.write).toBeGreaterThan(8);
    },
  );

  test.each(GROUP_SIZES)(
    'a group of %d costs the same, and two writes per membership behind it',
    async (size) => {
      const { client } = at(directories, LARGE);
      const { id } = at(groups, size);
      const cost = await costOf(client.incarnation, async () => {
        expect((await client.delete(`/Groups/${id}`)).status).toBe(204);
      });
      groupTable.enter('delete a group', undefined, groupOf(size), cost);
      const members = size + MANY;
      const count = tellCount('cleaned up and followed', members);
      const { read, write, calls } = await consumedBy(() =>
        stream.settle(async (records) => {
          expect((await deliver(records)).batchItemFailures).toEqual([]);
          count(records.length);
        }),
      );
      const each = { read: read / members, write: write / members, calls: calls / members };
      groupTable.enter('… its clean-up, per membership', undefined, groupOf(size), each);
      expect(cost.write).toBeLessThanOrEqual(10);
      expect(write).toBeLessThanOrEqual(2 * members + 50);
      expect(each.read).toBeLessThanOrEqual(1);
    },
  );
});

test('a person of the default mapping leaves room in a write unit, in a tenant of any name', () => {
  const tenant = incarnationAt(asTenantId('t'.repeat(32)) as TenantId, Date.now());
  const bytes = itemSize(toItem(tenant, userType.name, newResource(userType, longNamedPerson)));
  writeSync(
    1,
    `\nA person of Entra's default mapping, in a tenant of 32 letters: ${bytes} bytes, ${WRITE_UNIT - bytes} left.\n`,
  );
  expect(bytes).toBeLessThanOrEqual(WRITE_UNIT);
});

test('no operation costs more in a larger group or directory, but a page, whose users have longer names there', () => {
  expect(groupTable.growing()).toEqual([]);
  expect(userTable.growing().filter((operation) => !operation.startsWith('page of'))).toEqual([]);
});
