// While Secrets Manager fails, a token that it confirmed shortly before is accepted, for five minutes at most.

import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { revokeTokens } from '../../lambdas/credentials/revocation.ts';
import { secrets } from '../../lambdas/credentials/secrets-manager.ts';
import { verifyToken } from '../../lambdas/credentials/verify.ts';
import { createToken } from '../../lambdas/credentials/write-token-secret.ts';
import { inventToken } from '../setup/deployment-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const BRIDGED_MS = 5 * 60_000;

let now: number;

beforeEach(() => {
  now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const tenantWithToken = () => createToken({ tenant: freshIncarnation(), keyId: randomUUID() });

/** Secrets Manager fails from now on, as with this error. */
const cut = (error: object = { name: 'InternalServiceError', $fault: 'server' }) =>
  jest
    .spyOn(secrets, 'send')
    .mockImplementation((() => Promise.reject(Object.assign(new Error('Cut.'), error))) as never);

describe('while Secrets Manager fails', () => {
  test('a token revoked after its last confirmation is accepted for five minutes, and no longer (S1.5)', async () => {
    const { tenant, keyId, token } = await tenantWithToken();
    expect(await verifyToken(token)).toEqual({ tenant, keyId });
    await revokeTokens(tenant);
    cut();
    now += BRIDGED_MS - 1;
    expect(await verifyToken(token)).toEqual({ tenant, keyId });
    now += 1;
    await expect(verifyToken(token)).rejects.toThrow('Cut.');
  });

  test('being accepted does not extend the five minutes (S1.5)', async () => {
    const { token } = await tenantWithToken();
    await verifyToken(token);
    cut();
    for (let minute = 1; minute < 5; minute++) {
      now += 60_000;
      expect(await verifyToken(token)).toBeDefined();
    }
    now += 60_000;
    await expect(verifyToken(token)).rejects.toThrow('Cut.');
  });

  test.each([
    ['throttles', { name: 'ThrottlingException' }],
    ['does not answer', { name: 'TimeoutError' }],
    ['cannot be reached', { code: 'ECONNREFUSED' }],
  ])('because it %s, a confirmed token is accepted (S1.5)', async (_, error) => {
    const { tenant, keyId, token } = await tenantWithToken();
    await verifyToken(token);
    cut(error);
    expect(await verifyToken(token)).toEqual({ tenant, keyId });
  });

  test('a token that it refused before is not accepted (S1.5)', async () => {
    const { tenant, token } = await tenantWithToken();
    await verifyToken(token);
    await revokeTokens(tenant);
    expect(await verifyToken(token)).toBeUndefined();
    cut();
    await expect(verifyToken(token)).rejects.toThrow('Cut.');
  });

  test('a token that it never confirmed is not accepted (S1.5)', async () => {
    const { tenant, keyId, token } = await tenantWithToken();
    await verifyToken(token);
    cut();
    await expect(verifyToken(inventToken({ tenant, keyId }))).rejects.toThrow('Cut.');
  });

  test('because we may not read it, nothing is bridged (S1.5)', async () => {
    const { token } = await tenantWithToken();
    await verifyToken(token);
    cut({ name: 'AccessDeniedException', $fault: 'client' });
    await expect(verifyToken(token)).rejects.toThrow('Cut.');
  });
});

test('while it answers, a revoked token is refused at once (S1.5)', async () => {
  const { tenant, token } = await tenantWithToken();
  await verifyToken(token);
  await revokeTokens(tenant);
  expect(await verifyToken(token)).toBeUndefined();
});
