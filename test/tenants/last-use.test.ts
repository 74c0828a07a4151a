// The use of a token is recorded at most once an hour per key, and never delays a request by more than a moment.

import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { documents } from '../../lambdas/table/client.ts';
import { readActivity, recordUse } from '../../lambdas/tenants/activity-table.ts';
import { ScimClient } from '../support/scim-client.ts';

const HOUR = 60 * 60 * 1000;
const limits = { intervalMs: HOUR, timeoutMs: 1000 };

afterEach(() => {
  jest.restoreAllMocks();
});

const tenantOf = async () => {
  const client = new ScimClient();
  await client.createTenant();
  return client;
};

const laterBy = (milliseconds: number) => {
  const now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now + milliseconds);
};

describe('the last use of a token', () => {
  test('is noted by a request, for the key that made it and for the tenant', async () => {
    const client = await tenantOf();
    const before = Date.now();
    await client.get('/Users');
    const { lastUses, lastRequestAt } = await readActivity(client.incarnation);
    expect([...lastUses.keys()]).toEqual(['key']);
    expect(lastUses.get('key')?.getTime()).toBeGreaterThanOrEqual(before);
    expect(lastRequestAt).toEqual(lastUses.get('key'));
  });

  test('is noted again an hour later and not before', async () => {
    const client = await tenantOf();
    await client.get('/Users');
    const first = await readActivity(client.incarnation);
    laterBy(HOUR - 5000);
    await client.get('/Users');
    expect(await readActivity(client.incarnation)).toEqual(first);
    jest.restoreAllMocks();
    laterBy(HOUR + 1000);
    await client.get('/Users');
    const { lastRequestAt } = await readActivity(client.incarnation);
    expect(lastRequestAt?.getTime()).toBeGreaterThan((first.lastRequestAt?.getTime() ?? 0) + HOUR - 1);
  });

  test('costs the requests in between nothing', async () => {
    const client = await tenantOf();
    await client.get('/ServiceProviderConfig');
    const calls = jest.spyOn(documents, 'send');
    await client.get('/ServiceProviderConfig');
    expect(calls).not.toHaveBeenCalled();
  });

  test('is noted once an hour for all functions together', async () => {
    const { incarnation: tenant } = await tenantOf();
    const now = Date.now();
    await recordUse(tenant, 'one', now, limits);
    await recordUse(tenant, 'one', now + HOUR / 2, limits);
    await recordUse(tenant, 'two', now + HOUR / 2, limits);
    const { lastUses, lastRequestAt } = await readActivity(tenant);
    expect(Object.fromEntries(lastUses)).toEqual({ one: new Date(now), two: new Date(now + HOUR / 2) });
    expect(lastRequestAt).toEqual(new Date(now + HOUR / 2));
  });
});

describe('a request is answered', () => {
  test('when the note fails', async () => {
    const client = await tenantOf();
    const send = documents.send.bind(documents);
    jest
      .spyOn(documents, 'send')
      .mockImplementation(((command: object, ...rest: []) =>
        command.constructor.name === 'UpdateCommand'
          ? Promise.reject(new Error('Not now.'))
          : send(command as never, ...rest)) as never);
    expect((await client.get('/Users')).status).toBe(200);
  });

  test('within a moment when the note hangs (S1.4)', async () => {
    const { incarnation: tenant } = await tenantOf();
    // As the SDK does between two attempts: it does not look at the abort signal.
    jest.spyOn(documents, 'send').mockImplementation((() => new Promise(() => {})) as never);
    const hanging = recordUse(tenant, 'slow', Date.now(), { ...limits, timeoutMs: 20 });
    await expect(hanging).rejects.toThrow();
  });
});
