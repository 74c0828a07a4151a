import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { graceDays } from '../../lambdas/credentials/grace.ts';
import {
  preparePending,
  promotePending,
  readTokenStatus,
  retireToken,
  rotateToken,
} from '../../lambdas/credentials/rotation.ts';
import { tenantOfSecret } from '../../lambdas/credentials/secrets-manager.ts';
import { readStages, readToken } from '../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../lambdas/credentials/verify.ts';
import {
  createPendingToken,
  createToken,
  deleteToken,
  makeCurrent,
} from '../../lambdas/credentials/write-token-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const tenantWithToken = () => createToken({ tenant: freshIncarnation(), keyId: randomUUID() });

const afterDays = (days: number) => {
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + days * 86_400_000);
};
afterEach(() => {
  jest.restoreAllMocks();
});

describe('a rotation', () => {
  test('makes the new token current and keeps the old one', async () => {
    const old = await tenantWithToken();
    const { current, previous } = await rotateToken(old.tenant);
    expect(current.keyId).not.toBe(old.keyId);
    expect(previous?.keyId).toBe(old.keyId);
    expect(await readTokenStatus(old.tenant)).toEqual({ current, previous });
  });

  test('is refused inside the grace of the one before, and changes nothing then', async () => {
    const { tenant } = await tenantWithToken();
    const { current, previous } = await rotateToken(tenant);
    afterDays(graceDays - 1);
    await expect(rotateToken(tenant)).rejects.toMatchObject({ code: 'insideGrace' });
    expect(await readTokenStatus(tenant)).toEqual({ current, previous });
  });

  test('is possible again when the grace is over', async () => {
    const { tenant } = await tenantWithToken();
    const first = await rotateToken(tenant);
    afterDays(graceDays + 1);
    expect((await rotateToken(tenant)).previous?.keyId).toBe(first.current.keyId);
  });

  test('is possible again when the previous token was retired', async () => {
    const { tenant } = await tenantWithToken();
    const first = await rotateToken(tenant);
    await retireToken(tenant);
    expect((await rotateToken(tenant)).previous?.keyId).toBe(first.current.keyId);
  });

  test('that is forced ends the token before, and keeps the current one as previous', async () => {
    const oldest = await tenantWithToken();
    const { current: old } = await rotateToken(oldest.tenant);
    const { current } = await rotateToken(oldest.tenant, { force: true });
    expect(await verifyToken(oldest.token)).toBeUndefined();
    expect(await verifyToken(old.token)).toBeDefined();
    expect(await verifyToken(current.token)).toBeDefined();
  });

  test('of a tenant whose secret was lost is refused, and makes a new one when forced', async () => {
    const { tenant } = await tenantWithToken();
    await deleteToken(tenant);
    await expect(rotateToken(tenant)).rejects.toMatchObject({ code: 'noToken' });
    const { current, previous } = await rotateToken(tenant, { force: true });
    expect(previous).toBeUndefined();
    expect(await verifyToken(current.token)).toBeDefined();
  });

  test('that was cut off before its end leaves the current token, and the next one succeeds', async () => {
    const { tenant, token, keyId } = await tenantWithToken();
    await preparePending({ tenant, keyId: randomUUID() });
    expect(await verifyToken(token)).toBeDefined();
    expect((await rotateToken(tenant)).previous?.keyId).toBe(keyId);
  });

  test('loses against one that was quicker, and says so', async () => {
    const { tenant, keyId } = await tenantWithToken();
    const [slow, quick] = [randomUUID(), randomUUID()];
    await createPendingToken({ tenant, keyId: slow });
    await createPendingToken({ tenant, keyId: quick });
    await makeCurrent(tenant, quick, keyId);
    await expect(makeCurrent(tenant, slow, keyId)).rejects.toMatchObject({ code: 'concurrentRotation' });
    expect((await readStages(tenant)).current).toBe(quick);
  });
});

describe('each half of a rotation may be repeated', () => {
  test('preparing leaves a pending token as it is', async () => {
    const { tenant } = await tenantWithToken();
    const key = { tenant, keyId: randomUUID() };
    await preparePending(key);
    const first = await readToken(key);
    await preparePending(key);
    expect(await readToken(key)).toEqual(first);
  });

  test('promoting a current token does nothing', async () => {
    const { tenant } = await tenantWithToken();
    const { current } = await rotateToken(tenant);
    const before = await readStages(tenant);
    await promotePending(current);
    expect(await readStages(tenant)).toEqual(before);
  });

  test('promoting a retired token late does not bring it back', async () => {
    const { tenant, keyId, token } = await tenantWithToken();
    await rotateToken(tenant);
    await retireToken(tenant);
    await expect(promotePending({ tenant, keyId })).rejects.toMatchObject({ code: 'notPending' });
    expect(await verifyToken(token)).toBeUndefined();
  });
});

describe('retiring', () => {
  test('ends the previous token and tells which; a second time there is none', async () => {
    const { tenant, keyId } = await tenantWithToken();
    const { current } = await rotateToken(tenant);
    expect(await retireToken(tenant)).toBe(keyId);
    expect(await retireToken(tenant)).toBeUndefined();
    expect(await verifyToken(current.token)).toBeDefined();
  });
});

describe('the tenant of a secret', () => {
  test.each([
    ['arn:aws:secretsmanager:eu-central-1:123456789012:secret:scim/acme.t1a2b3/token-AbCdEf', 'acme.t1a2b3'],
    [
      'arn:aws:secretsmanager:eu-central-1:123456789012:secret:scim/acme-token.t1a2b3/token-AbCdEf',
      'acme-token.t1a2b3',
    ],
    ['arn:aws:secretsmanager:eu-central-1:123456789012:secret:scim/acme/token-AbCdEf', undefined],
    ['scim/acme.t1a2b3/token', 'acme.t1a2b3'],
    ['arn:aws:secretsmanager:eu-central-1:123456789012:secret:other/acme.t1a2b3/token-AbCdEf', undefined],
    ['arn:aws:secretsmanager:eu-central-1:123456789012:secret:scim/acme.t1a2b3/webhook-AbCdEf', undefined],
    ['arn:aws:secretsmanager:eu-central-1:123456789012:secret:scim/ACME.t1a2b3/token-AbCdEf', undefined],
  ])('%s → %s', (secretId, tenant) => {
    expect(tenantOfSecret(secretId)).toBe(tenant);
  });
});
