// A customer that stops sending requests: when it counts as silent, and that this is published once.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { documents } from '../../lambdas/table/client.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';
import { ScimClient } from '../support/scim-client.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const limits = { intervalMs: HOUR, timeoutMs: 5000 };

const load = async () => ({
  activity: await import('../../lambdas/tenants/activity-table.ts'),
  switches: await import('../../lambdas/tenants/switches-table.ts'),
  silence: await import('../../lambdas/tenants/silence.ts'),
  watch: await import('../../lambdas/operations/silence-watch.ts'),
  bus: await import('../../lambdas/events/bus.ts'),
});
let all: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  all = await load();
});
afterEach(() => {
  jest.restoreAllMocks();
});

const ask = async (tenant: ScimClient['incarnation'], hours: readonly number[], key = 'key') => {
  for (const hour of hours) await all.activity.recordUse(tenant, key, START + hour * HOUR, limits);
};

describe('the longest gap', () => {
  test.each([
    ['of one request', [0], 0],
    ['across days', [0, 10, 70, 80], 60],
    ['within a day', [1, 12, 23], 11],
    [
      'is forgotten after 14 days',
      [0, 100, ...Array.from({ length: 40 }, (_, index) => 110 + index * 12)],
      12,
    ],
  ])('%s', async (_, hours, longest) => {
    const tenant = freshIncarnation();
    await ask(tenant, hours);
    expect((await all.activity.readActivity(tenant)).longestGapMs).toBe(longest * HOUR);
  });

  test('is that of all keys together', async () => {
    const tenant = freshIncarnation();
    await ask(tenant, [0, 40]);
    await ask(tenant, [20], 'other');
    await ask(tenant, [48]);
    expect((await all.activity.readActivity(tenant)).longestGapMs).toBe(20 * HOUR);
  });
});

describe('the item of a tenant', () => {
  /** Records a use on the hour; answers with the capacity that DynamoDB consumed. */
  const unitsOfANote = async (tenant: ScimClient['incarnation'], hour: number, key: string) => {
    const real = documents.send.bind(documents);
    let units: number | undefined;
    jest.spyOn(documents, 'send').mockImplementation((async (command: UpdateCommand, options: object) => {
      const input = { ...command.input, ReturnConsumedCapacity: 'TOTAL' as const };
      const answer = await real(new UpdateCommand(input), options);
      units = answer.ConsumedCapacity?.CapacityUnits;
      return answer;
    }) as never);
    await ask(tenant, [hour], key);
    jest.restoreAllMocks();
    return units;
  };

  test('stays within one write unit, however many keys it ever had', async () => {
    const client = new ScimClient();
    const tenant = await client.createTenant();
    let hour = 0;
    for (let key = 0; key < 9; key++) {
      for (let slot = 0; slot < 45; slot++, hour += 8)
        await ask(tenant, [hour], `${key}b6a1b2c-7b61-11e6-9a41-93e8deadbeef`);
      await all.watch.watchSilence(START + hour * HOUR);
    }
    expect(await unitsOfANote(tenant, hour, '8b6a1b2c-7b61-11e6-9a41-93e8deadbeef')).toBe(1);
    const { lastUses, lastRequestAt } = await all.activity.readActivity(tenant);
    expect([...lastUses.keys()].sort()).toEqual(
      [5, 6, 7, 8].map((key) => `${key}b6a1b2c-7b61-11e6-9a41-93e8deadbeef`),
    );
    expect(lastRequestAt).toEqual(new Date(START + hour * HOUR));
  });
});

describe('a tenant is silent', () => {
  const lastRequestAt = new Date(START);
  test.each([
    [0, 26 * HOUR, false],
    [0, 26 * HOUR + 1, true],
    [10 * HOUR, 30 * HOUR, false],
    [10 * HOUR, 30 * HOUR + 1, true],
  ])('with a gap of %d ms after %d ms: %s', (longestGapMs, quiet, silent) => {
    const since = all.silence.silentSince({ lastRequestAt, longestGapMs }, undefined, START + quiet);
    expect(since).toEqual(silent ? lastRequestAt : undefined);
  });

  test('unless it never asked or is paused', () => {
    const now = START + 90 * DAY;
    const paused = { reason: 'paused', since: 'then' } as const;
    expect(
      all.silence.silentSince({ lastRequestAt: undefined, longestGapMs: 0 }, undefined, now),
    ).toBeUndefined();
    expect(all.silence.silentSince({ lastRequestAt, longestGapMs: 0 }, paused, now)).toBeUndefined();
  });
});

describe('the watch', () => {
  type Sent = { input: { Entries?: { Detail?: string }[] } };
  const sentFor = (calls: readonly unknown[][], tenant: string) =>
    calls
      .flatMap(([command]) => (command as Sent).input.Entries ?? [])
      .map(({ Detail = '{}' }) => JSON.parse(Detail))
      .filter((event) => event.tenant === tenant && event.type === 'tenant.silent');

  test('tells of a silence until the bus takes it, then never again', async () => {
    const client = new ScimClient();
    await client.createTenant();
    await client.get('/Users');
    const later = Date.now() + 27 * HOUR;
    const send = jest.spyOn(all.bus.bus, 'send') as jest.Mock;
    send.mockImplementation(() => Promise.reject(new Error('Not now.')));
    await all.watch.watchSilence(later);
    send.mockClear();
    send.mockImplementation(() => Promise.resolve({ FailedEntryCount: 0, Entries: [] }));
    expect(await all.watch.watchSilence(later)).toBeGreaterThan(0);
    const [told, ...more] = sentFor(send.mock.calls, client.tenant);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ type: 'tenant.silent', resource: { type: 'Tenant', id: client.tenant } });
    send.mockClear();
    expect(await all.watch.watchSilence(later)).toBeGreaterThan(0);
    expect(sentFor(send.mock.calls, client.tenant)).toEqual([]);
  });

  test('passes over a paused tenant', async () => {
    const client = new ScimClient();
    await client.createTenant();
    await client.get('/Users');
    await all.switches.pauseTenant(client.incarnation, new Date().toISOString());
    const send = jest.spyOn(all.bus.bus, 'send') as jest.Mock;
    send.mockImplementation(() => Promise.resolve({ FailedEntryCount: 0, Entries: [] }));
    await all.watch.watchSilence(Date.now() + 27 * HOUR);
    expect(sentFor(send.mock.calls, client.tenant)).toEqual([]);
  });
});
