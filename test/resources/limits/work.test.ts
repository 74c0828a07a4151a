// Costly requests of one tenant: how many run at a time, and how much they read per minute. Every slot is freed in the end.

import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { withWorkLimits } from '../../../lambdas/resources/limits/work.ts';
import { releaseSlot, SLOTS, type Slot, takeSlot } from '../../../lambdas/resources/limits/work-table.ts';
import { documents, tableName } from '../../../lambdas/table/client.ts';
import { workKey } from '../../../lambdas/table/keys.ts';
import { freshIncarnation } from '../../setup/fresh-tenant.ts';
import { consumedBy } from '../../support/consumed-capacity.ts';
import { ScimClient } from '../../support/scim-client.ts';

const MAX_BYTES = 600_000_000;
const NOW = Date.parse('2026-11-28T12:00:10Z');

afterEach(() => {
  jest.restoreAllMocks();
});

const takeAll = async (tenant = freshIncarnation(), now = NOW) => {
  const taken = [];
  for (let slot = 0; slot < SLOTS; slot++) taken.push(await takeSlot(tenant, MAX_BYTES, now));
  return { tenant, taken: taken as Slot[] };
};

describe('slots', () => {
  test('are eight, each taken once, and then there is none until one is freed', async () => {
    const { tenant, taken } = await takeAll();
    expect(new Set(taken.map(({ name }) => name)).size).toBe(SLOTS);
    expect(await takeSlot(tenant, MAX_BYTES, NOW)).toBe('allTaken');
    await releaseSlot(tenant, taken[3] as Slot, 0, NOW + 1000);
    expect(await takeSlot(tenant, MAX_BYTES, NOW + 1000)).toMatchObject({ name: taken[3]?.name });
  });

  test('of crashed requests expire', async () => {
    const { tenant } = await takeAll();
    expect(await takeSlot(tenant, MAX_BYTES, NOW + 29_000)).toBe('allTaken');
    expect(await takeSlot(tenant, MAX_BYTES, NOW + 32_000)).toMatchObject({ name: expect.any(String) });
  });

  test('that expired and were taken again are not freed by the earlier holder', async () => {
    const { tenant, taken } = await takeAll();
    const again = await takeAll(tenant, NOW + 40_000);
    const [before] = taken;
    await releaseSlot(tenant, before as Slot, 0, NOW + 41_000).catch(() => {});
    expect(again.taken).toHaveLength(SLOTS);
    expect(await takeSlot(tenant, MAX_BYTES, NOW + 41_000)).toBe('allTaken');
  });

  test('of one tenant are none of another', async () => {
    await takeAll();
    expect(await takeSlot(freshIncarnation(), MAX_BYTES, NOW)).toMatchObject({ name: expect.any(String) });
  });
});

test('what was read in a minute is counted in that minute alone', async () => {
  const tenant = freshIncarnation();
  for (let reads = 0; reads < 3; reads++) {
    const slot = await takeSlot(tenant, MAX_BYTES, NOW);
    await releaseSlot(tenant, slot as Slot, 200_000_000, NOW + 500);
  }
  expect(await takeSlot(tenant, MAX_BYTES, NOW + 1000)).toBe('tooMuchRead');
  expect(await takeSlot(tenant, MAX_BYTES, NOW + 60_000)).toMatchObject({ name: expect.any(String) });
});

test('counts of minutes that are over go, however rarely somebody searches', async () => {
  const tenant = freshIncarnation();
  for (let minutes = 0; minutes < 40; minutes += 5) {
    const now = NOW + minutes * 60_000;
    await releaseSlot(tenant, (await takeSlot(tenant, MAX_BYTES, now)) as Slot, 1, now);
  }
  const { Item = {} } = await documents.send(new GetCommand({ TableName: tableName, Key: workKey(tenant) }));
  expect(Object.keys(Item).filter((name) => name.startsWith('Bytes'))).toHaveLength(1);
});

test('a long page counts with what is read for it', async () => {
  const client = new ScimClient();
  await client.createTenant();
  for (let n = 0; n < 3; n++) await client.post('/Users', { userName: `u${n}` });
  expect((await client.get('/Users?count=201')).body.totalResults).toBe(3);
  const key = workKey(client.incarnation);
  const { Item = {} } = await documents.send(new GetCommand({ TableName: tableName, Key: key }));
  const counted = Object.entries(Item).filter(([name]) => name.startsWith('Bytes'));
  expect(counted).toEqual([[expect.any(String), expect.any(Number)]]);
  expect(counted[0]?.[1]).toBeGreaterThan(0);
});

describe('work', () => {
  test('that is costly costs one write before and one after, other work none', async () => {
    const tenant = freshIncarnation();
    const costly = await consumedBy(() => withWorkLimits(tenant, true, async () => {}));
    expect(costly).toMatchObject({ calls: 2, write: 2 });
    expect(await consumedBy(() => withWorkLimits(tenant, false, async () => {}))).toMatchObject({
      calls: 0,
    });
  });

  test('beyond the slots is refused with 429, and work that fails frees its slot', async () => {
    const tenant = freshIncarnation();
    const failing = () =>
      withWorkLimits(tenant, true, async () => {
        throw new Error('broken');
      });
    for (let times = 0; times < SLOTS + 1; times++) await expect(failing()).rejects.toThrow('broken');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = Array.from({ length: SLOTS }, () => withWorkLimits(tenant, true, () => held));
    const isFull = async () => (await takeSlot(tenant, MAX_BYTES, Date.now())) === 'allTaken';
    while (!(await isFull())) await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(withWorkLimits(tenant, true, async () => {})).rejects.toMatchObject({
      status: 429,
      retryAfterSeconds: expect.any(Number),
    });
    release();
    await Promise.allSettled(running);
  });

  test('runs when no slot can be written', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => {});
    jest.spyOn(documents, 'send').mockImplementation((() => Promise.reject(new Error('Not now.'))) as never);
    expect(await withWorkLimits(freshIncarnation(), true, async () => 'done')).toBe('done');
  });
});
