// Secrets Manager may answer with the state before a write. Nothing that ended stays accepted for it, or somebody hears so.

import { randomUUID } from 'node:crypto';
import timers from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { revokeTokens } from '../../lambdas/credentials/revocation.ts';
import { readTokenStatus, retireToken, rotateToken } from '../../lambdas/credentials/rotation.ts';
import { retirePreviousTokens } from '../../lambdas/credentials/token-retirement.ts';
import { readStages, type TokenVersion } from '../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../lambdas/credentials/verify.ts';
import { createToken } from '../../lambdas/credentials/write-token-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';
import { playStaleSecrets } from '../support/stale-secrets.ts';

let first: TokenVersion;
let second: TokenVersion;

/** A tenant with two accepted tokens, of which this process has read everything once. */
beforeEach(async () => {
  first = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  ({ current: second } = await rotateToken(first.tenant));
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Reads everything once, so that it can be answered stale; waits between reads take no time. */
const readAll = async () => {
  jest.spyOn(timers, 'setTimeout').mockResolvedValue(undefined as never);
  await readTokenStatus(first.tenant);
  for (const { token } of [first, second]) await verifyToken(token);
};

/** What Secrets Manager really says. */
const accepted = async () => {
  jest.restoreAllMocks();
  const verdicts = await Promise.all([first, second].map(({ token }) => verifyToken(token)));
  return verdicts.map(Boolean);
};

describe.each([1, 2, 4])('when the first %d reads after a write are stale,', (stale) => {
  test('a revocation ends every token (S1.7)', async () => {
    playStaleSecrets(stale);
    await readAll();
    expect([...(await revokeTokens(first.tenant))].sort()).toEqual([first.keyId, second.keyId].sort());
    expect(await accepted()).toEqual([false, false]);
    expect(await readStages(first.tenant)).toMatchObject({ previous: undefined, pending: undefined });
  });

  test('a retirement ends the previous token only (S1.7)', async () => {
    playStaleSecrets(stale);
    await readAll();
    expect(await retireToken(first.tenant)).toBe(first.keyId);
    expect(await accepted()).toEqual([false, true]);
  });

  test('a forced rotation answers with its own token, and ends the one before (S1.7)', async () => {
    playStaleSecrets(stale);
    await readAll();
    const { current, previous } = await rotateToken(first.tenant, { force: true });
    expect(previous?.keyId).toBe(second.keyId);
    expect(await accepted()).toEqual([false, true]);
    expect(await verifyToken(current.token)).toBeDefined();
  });
});

test('a revocation does not trust a read that is older than the last rotation (S1.7)', async () => {
  playStaleSecrets(1);
  await readAll();
  await retireToken(first.tenant);
  const { current } = await rotateToken(first.tenant);
  await revokeTokens(first.tenant);
  expect(await accepted()).toEqual([false, false]);
  expect(await verifyToken(current.token)).toBeUndefined();
});

describe('when reads stay stale,', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a revocation', () => revokeTokens(first.tenant)],
    ['a retirement', () => retireToken(first.tenant)],
  ])('%s fails and says that it must be repeated, though the token has ended (S1.7)', async (_, end) => {
    playStaleSecrets(Number.POSITIVE_INFINITY);
    await readAll();
    await expect(end()).rejects.toMatchObject({
      code: 'stillAccepted',
      message: expect.stringContaining('Repeat this command'),
    });
    expect((await accepted())[0]).toBe(false);
    await end();
  });

  test('the daily retirement counts the token as failed (S1.7)', async () => {
    const inYears = Date.now() + 400 * 86_400_000;
    playStaleSecrets(Number.POSITIVE_INFINITY);
    await readAll();
    const { failed } = await retirePreviousTokens(inYears);
    expect(failed).toBeGreaterThan(0);
  });
});

test('a creation returns its token, whatever a read says (S1.7)', async () => {
  playStaleSecrets(Number.POSITIVE_INFINITY);
  const key = { tenant: freshIncarnation(), keyId: randomUUID() };
  await expect(readTokenStatus(key.tenant)).rejects.toMatchObject({ code: 'noToken' });
  expect((await createToken(key)).keyId).toBe(key.keyId);
});
