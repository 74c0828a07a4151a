// Secrets Manager may answer the state before a write for a while. Whatever ends a token reads until it has ended, or fails.

import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { confirmDeleted } from '../../lambdas/credentials/ended-tokens.ts';
import { revokeTokens } from '../../lambdas/credentials/revocation.ts';
import { retireToken, rotateToken } from '../../lambdas/credentials/rotation.ts';
import { secrets } from '../../lambdas/credentials/secrets-manager.ts';
import type { TokenVersion } from '../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../lambdas/credentials/verify.ts';
import { createToken, deleteToken } from '../../lambdas/credentials/write-token-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';
import { type StaleSecretsManager, startStaleSecretsManager } from '../support/stale-secrets-manager.ts';

let store: StaleSecretsManager;

beforeEach(async () => {
  store = await startStaleSecretsManager();
  jest.spyOn(secrets, 'send').mockImplementation(((command: never) => store.client.send(command)) as never);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await store.stop();
});

/** A tenant whose token was rotated once, so that two are accepted. */
const rotatedTenant = async () => {
  const old = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  const { current } = await rotateToken(old.tenant);
  return { tenant: old.tenant, old, current };
};

const accepted = async (...tokens: readonly TokenVersion[]) => {
  store.goStale(0);
  const verdicts = await Promise.all(tokens.map(({ token }) => verifyToken(token)));
  return verdicts.flatMap((verdict) => verdict?.keyId ?? []);
};

describe.each([1, 2, 3, 5])('while %d reads after each write are stale', (reads) => {
  test('a revocation ends every token, also one made just before (S1.7)', async () => {
    const { tenant, old, current } = await rotatedTenant();
    await retireToken(tenant);
    store.goStale(reads);
    const newest = (await rotateToken(tenant)).current;
    expect(await revokeTokens(tenant)).toContain(newest.keyId);
    expect(await accepted(old, current, newest)).toEqual([]);
  });

  test('the previous token is retired (S1.7)', async () => {
    const { tenant, old, current } = await rotatedTenant();
    store.goStale(reads);
    expect(await retireToken(tenant)).toBe(old.keyId);
    expect(await accepted(old, current)).toEqual([current.keyId]);
  });

  test('a rotation by force ends the previous token and makes a new one (S1.7)', async () => {
    const { tenant, old, current } = await rotatedTenant();
    store.goStale(reads);
    const status = await rotateToken(tenant, { force: true });
    expect(await accepted(old, current, status.current)).toEqual([current.keyId, status.current.keyId]);
  });

  test('a tenant gets its first token, and loses it (S1.7)', async () => {
    store.goStale(reads);
    const first = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
    await deleteToken(first.tenant);
    await confirmDeleted(first.tenant);
    expect(await accepted(first)).toEqual([]);
  });
});

describe('while reads stay stale', () => {
  const stillAccepted = {
    code: 'stillAccepted',
    message: expect.stringMatching(/may still be accepted.*Repeat/),
  };

  test.each([
    ['a revocation', revokeTokens],
    ['a retirement', retireToken],
    ['a rotation by force', (tenant) => rotateToken(tenant, { force: true })],
    ['a deletion', (tenant) => deleteToken(tenant).then(() => confirmDeleted(tenant))],
  ] satisfies [string, (tenant: TokenVersion['tenant']) => Promise<unknown>][])(
    '%s fails and says that the token may still be accepted (S1.7)',
    async (_, end) => {
      const { tenant } = await rotatedTenant();
      store.goStale(Number.POSITIVE_INFINITY);
      await expect(end(tenant)).rejects.toMatchObject(stillAccepted);
    },
  );

  test('a rotation fails, and the old token stays (S1.7)', async () => {
    const old = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
    store.goStale(Number.POSITIVE_INFINITY);
    await expect(rotateToken(old.tenant)).rejects.toMatchObject({ code: 'notSeen' });
  });
});
