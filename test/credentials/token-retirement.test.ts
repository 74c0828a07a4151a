// The daily retirement retires the tokens that are due and no others, for every tenant that it can read.

import { randomUUID } from 'node:crypto';
import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Incarnation } from '../../lambdas/platform/tenant.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const DAY = 86_400_000;
const NOTED = { intervalMs: 0, timeoutMs: 1000 };

/** A folder of its own: the tenants of other tests would lose their tokens. */
const load = async () => ({
  activity: await import('../../lambdas/tenants/activity-table.ts'),
  client: await import('../../lambdas/credentials/secrets-manager.ts'),
  rotation: await import('../../lambdas/credentials/rotation.ts'),
  secrets: {
    ...(await import('../../lambdas/credentials/token-secret.ts')),
    ...(await import('../../lambdas/credentials/write-token-secret.ts')),
  },
  verify: await import('../../lambdas/credentials/verify.ts'),
  retirement: await import('../../lambdas/credentials/token-retirement.ts'),
  handler: (await import('../../lambdas/handlers/token-retirement.ts')).handler,
});
let all: Awaited<ReturnType<typeof load>>;

beforeAll(async () => {
  process.env.SECRET_PREFIX = `retirement-${randomUUID()}`;
  process.env.METRIC_NAMESPACE = 'Scim/Test';
  all = await load();
});

let tenants: { readonly tenant: Incarnation }[] = [];
beforeEach(() => {
  tenants = [];
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const { tenant } of tenants) await all.secrets.deleteToken(tenant);
});

const rotated = async () => {
  const old = await all.secrets.createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  const { current } = await all.rotation.rotateToken(old.tenant);
  const made = { tenant: old.tenant, old, current };
  tenants.push(made);
  return made;
};

const retireIn = (days: number) => all.retirement.retirePreviousTokens(Date.now() + days * DAY);
const isAccepted = async ({ token }: { token: string }) =>
  (await all.verify.verifyToken(token)) !== undefined;

describe('a previous token', () => {
  test('stays as long as its grace', async () => {
    const { old } = await rotated();
    expect(await retireIn(29.9)).toMatchObject({ retired: 0, failed: 0 });
    expect(await isAccepted(old)).toBe(true);
  });

  test('ends when it is over, and the current one stays', async () => {
    const { old, current } = await rotated();
    expect(await retireIn(30.1)).toMatchObject({ retired: 1, failed: 0 });
    expect(await isAccepted(old)).toBe(false);
    expect(await isAccepted(current)).toBe(true);
  });

  test('ends once: the next day there is nothing to do', async () => {
    await rotated();
    await retireIn(30.1);
    expect(await retireIn(31.1)).toEqual({ retired: 0, stillUsed: 0, failed: 0 });
  });

  test('of one tenant that fails does not keep the others', async () => {
    const broken = await rotated();
    const other = await rotated();
    const send = all.client.secrets.send.bind(all.client.secrets);
    jest
      .spyOn(all.client.secrets, 'send')
      .mockImplementation(((command: UpdateSecretVersionStageCommand) =>
        command instanceof UpdateSecretVersionStageCommand && command.input.SecretId?.includes(broken.tenant)
          ? Promise.reject(new Error('Not now.'))
          : send(command)) as never);
    expect(await retireIn(30.1)).toMatchObject({ retired: 1, failed: 1 });
    expect(await isAccepted(broken.old)).toBe(true);
    expect(await isAccepted(other.old)).toBe(false);
  });
});

describe('a previous token that is still used', () => {
  const used = async (daysAgo: number, days: number, key: 'old' | 'current' = 'old') => {
    const made = await rotated();
    const at = Date.now() + (days - daysAgo) * DAY;
    await all.activity.recordUse(made.tenant, made[key].keyId, at, NOTED);
    return retireIn(days);
  };

  test('is reported in its last week', async () => {
    expect(await used(0.5, 24)).toMatchObject({ stillUsed: 1 });
  });

  test.each<[when: string, daysAgo: number, days: number, key: 'old' | 'current']>([
    ['it was last used the day before yesterday', 1.5, 24, 'old'],
    ['there is more than a week left', 0.5, 20, 'old'],
    ['only the new token was used', 0.5, 24, 'current'],
  ])('is not reported when %s', async (_when, daysAgo, days, key) => {
    expect(await used(daysAgo, days, key)).toMatchObject({ stillUsed: 0 });
  });
});

describe('the function', () => {
  test('writes the measure where CloudWatch finds it, and no token', async () => {
    const { old } = await rotated();
    const written: string[] = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    await all.handler();
    const metric = written.find((line) => line.includes('_aws')) ?? '';
    expect(JSON.parse(metric)).toMatchObject({
      _aws: {
        CloudWatchMetrics: [{ Namespace: 'Scim/Test', Metrics: [{ Name: 'PreviousTokenStillUsed' }] }],
      },
      PreviousTokenStillUsed: 0,
    });
    expect(written.join('')).toContain('"RetirementHeartbeat":1');
    expect(written.join('')).not.toContain(old.token);
  });

  test('fails at its end when a tenant could not be checked, so that it is called again', async () => {
    await rotated();
    const send = all.client.secrets.send.bind(all.client.secrets);
    jest
      .spyOn(all.client.secrets, 'send')
      .mockImplementation(((command: object) =>
        command.constructor.name === 'ListSecretVersionIdsCommand'
          ? Promise.reject(new Error('Not now.'))
          : send(command as never)) as never);
    await expect(all.handler()).rejects.toThrow('1 tenants could not be checked');
  });
});
