// A store whose every read answers the state before the last write, also a read that is new: whatever ends a token reads
// until it has ended, or fails. stale-reads.test.ts repeats single answers instead.

import { randomUUID } from 'node:crypto';
import timers from 'node:timers/promises';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { revokeTokens } from '../../lambdas/credentials/revocation.ts';
import { retireToken, rotateToken } from '../../lambdas/credentials/rotation.ts';
import { secrets } from '../../lambdas/credentials/secrets-manager.ts';
import type { TokenVersion } from '../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../lambdas/credentials/verify.ts';
import { confirmDeleted, createToken, deleteToken } from '../../lambdas/credentials/write-token-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';
import { type StaleSecretsManager, startStaleSecretsManager } from '../support/stale-secrets-manager.ts';

let store: StaleSecretsManager;

beforeEach(async () => {
  store = await startStaleSecretsManager();
  jest.spyOn(timers, 'setTimeout').mockResolvedValue(undefined as never);
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

  test('a repeated revocation ends the token that was made after the first (S1.7)', async () => {
    const { tenant } = await rotatedTenant();
    await revokeTokens(tenant);
    const answerFromSnapshot = store.snapshot();
    const { current } = await rotateToken(tenant);
    answerFromSnapshot(reads);
    expect(await revokeTokens(tenant)).toEqual([current.keyId]);
    expect(await accepted(current)).toEqual([]);
  });

  test('a revocation ends a token that was rotated in by somebody else meanwhile (S1.7)', async () => {
    const { tenant, old, current } = await rotatedTenant();
    const answerFromSnapshot = store.snapshot();
    const newest = (await rotateToken(tenant, { force: true })).current;
    answerFromSnapshot(reads);
    await revokeTokens(tenant);
    expect(await accepted(old, current, newest)).toEqual([]);
  });

  test('a revocation also ends a token that is rotated in while it runs (S1.7)', async () => {
    const { tenant, old, current } = await rotatedTenant();
    await retireToken(tenant);
    let newest: TokenVersion | undefined;
    const { client } = store;
    jest.spyOn(secrets, 'send').mockImplementation((async (command: object) => {
      const answer = await client.send(command as never);
      const isRevocation =
        command instanceof PutSecretValueCommand && command.input.SecretString === 'revoked';
      if (!isRevocation || newest) return answer;
      // Somebody else's rotation, between the write of the revocation and its first read.
      newest = old;
      newest = (await rotateToken(tenant, { force: true })).current;
      store.goStale(reads);
      return answer;
    }) as never);
    await revokeTokens(tenant);
    expect(newest?.keyId).not.toBe(old.keyId);
    expect(await accepted(old, current, ...(newest ? [newest] : []))).toEqual([]);
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
    message: expect.stringMatching(/accepted.*Repeat this command/s),
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
    await expect(rotateToken(old.tenant)).rejects.toMatchObject({
      code: expect.stringMatching(/^not(Pending|Settled)$/),
    });
  });
});
