// Two thousand tenants are listed with few calls, and no faster than Secrets Manager allows.

import '../support/own-table.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { freshIncarnation } from '../setup/fresh-tenant.ts';
import { openOwnTable } from '../support/open-own-table.ts';
import type { ScimClient } from '../support/scim-client.ts';

const TENANTS = 2000;

const load = async () => ({
  client: await import('../../lambdas/table/client.ts'),
  keys: await import('../../lambdas/table/keys.ts'),
  tenant: await import('../../lambdas/platform/tenant.ts'),
  tokens: await import('../../lambdas/credentials/write-token-secret.ts'),
  secrets: await import('../../lambdas/credentials/secrets-manager.ts'),
  overview: await import('../../lambdas/operations/tenant-overview.ts'),
});
let all: Awaited<ReturnType<typeof load>>;
const made = Array.from({ length: TENANTS }, () => freshIncarnation());
/** For some tenants only, because creating secrets is slow. */
const withToken = made.slice(0, 20);
const keysOf = (tenant: ScimClient['incarnation']) => [
  all.keys.tenantKey(all.tenant.tenantOf(tenant)),
  all.keys.stateKey(tenant),
  all.keys.counterKey(tenant, 'User'),
  all.keys.counterKey(tenant, 'Group'),
  all.keys.activityKey(tenant),
];

beforeAll(async () => {
  process.env.SECRET_PREFIX = `overview-${randomUUID()}`;
  await openOwnTable();
  all = await load();
  const lastUse = Date.now() - 48 * 3_600_000;
  const puts = made.flatMap((tenant, index) => {
    const [own, state, users, groups, activity] = keysOf(tenant);
    const { incarnation } = all.tenant.partsOf(tenant);
    return [
      { ...own, Incarnation: incarnation, State: 'active', CreatedAt: '2026-01-01T00:00:00Z' },
      { ...state },
      { ...users, Resources: index, Complete: true },
      { ...groups, Resources: 1, Complete: true },
      { ...activity, 'Key#one': lastUse },
    ];
  });
  await writeAll(puts.map((Item) => ({ PutRequest: { Item } })));
  for (const tenant of withToken) await all.tokens.createToken({ tenant, keyId: randomUUID() });
}, 60_000);

afterAll(async () => {
  for (const tenant of withToken) await all.tokens.deleteToken(tenant);
}, 60_000);

const writeAll = async (requests: readonly object[]) => {
  const { BatchWriteCommand } = await import('@aws-sdk/lib-dynamodb');
  const { documents, tableName } = all.client;
  for (let at = 0; at < requests.length; at += 25) {
    const part = requests.slice(at, at + 25);
    await documents.send(new BatchWriteCommand({ RequestItems: { [tableName]: part as never } }));
  }
};

describe('the list of 2,000 tenants', () => {
  test('has all, with few calls of the table and one of Secrets Manager for each', async () => {
    const table = jest.spyOn(all.client.documents, 'send');
    const secrets = jest.spyOn(all.secrets.secrets, 'send');
    const progress: number[] = [];
    const listed = await all.overview.listOverviews({
      inventoriesPerSecond: 1000,
      onProgress: (done) => progress.push(done),
    });
    const names = (spy: { mock: { calls: unknown[][] } }) =>
      spy.mock.calls.map(([command]) => (command as object).constructor.name);
    const [tableCalls, secretCalls] = [names(table), names(secrets)];
    jest.restoreAllMocks();
    const byId = new Map(listed.map((each) => [each.incarnation, each]));
    made.forEach((tenant, index) => {
      expect(byId.get(tenant)).toMatchObject({ users: index, groups: 1, silentSince: expect.any(Date) });
    });
    for (const tenant of withToken) expect(byId.get(tenant)?.tokens?.current).toBeDefined();
    expect(tableCalls.filter((name) => name === 'BatchGetCommand')).toHaveLength(
      4 * Math.ceil(listed.length / 50),
    );
    expect(tableCalls.filter((name) => name === 'GetCommand')).toEqual([]);
    expect(secretCalls).toHaveLength(listed.length);
    expect(progress.at(-1)).toBe(listed.length);
  }, 60_000);

  test('asks Secrets Manager no more often than it was told', async () => {
    const at: number[] = [];
    const send = jest.spyOn(all.secrets.secrets, 'send') as jest.Mock;
    send.mockImplementation(() => {
      at.push(performance.now());
      return Promise.resolve({ Versions: [] });
    });
    await all.overview.listOverviews({ inventoriesPerSecond: 500 });
    jest.restoreAllMocks();
    for (let index = 500; index < at.length; index += 500) {
      expect((at[index] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(index * 2 - 200);
    }
    expect(at.length).toBeGreaterThanOrEqual(TENANTS);
  }, 60_000);
});
