// A revocation ends every token of a tenant at once, whatever the state of its rotation.

import { randomUUID } from 'node:crypto';
import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { readInventory } from '../../lambdas/credentials/inventory.ts';
import { revokeTokens } from '../../lambdas/credentials/revocation.ts';
import {
  preparePending,
  promotePending,
  readTokenStatus,
  rotateToken,
} from '../../lambdas/credentials/rotation.ts';
import { secrets } from '../../lambdas/credentials/secrets-manager.ts';
import { readStages, type TokenVersion } from '../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../lambdas/credentials/verify.ts';
import { createToken, deleteToken } from '../../lambdas/credentials/write-token-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const tenantWithToken = () => createToken({ tenant: freshIncarnation(), keyId: randomUUID() });

const accepted = async (...tokens: readonly TokenVersion[]) =>
  (await Promise.all(tokens.map(({ token }) => verifyToken(token)))).filter(Boolean);

afterEach(() => {
  jest.restoreAllMocks();
});

describe('after a revocation', () => {
  test('neither the current nor the previous token is accepted', async () => {
    const old = await tenantWithToken();
    const { current } = await rotateToken(old.tenant);
    expect(await accepted(old, current)).toHaveLength(2);
    expect([...(await revokeTokens(old.tenant))].sort()).toEqual([old.keyId, current.keyId].sort());
    expect(await accepted(old, current)).toEqual([]);
  });

  test('a rotation that was under way does not come through', async () => {
    const { tenant } = await tenantWithToken();
    const pending = { tenant, keyId: randomUUID() };
    await preparePending(pending);
    await revokeTokens(tenant);
    await expect(promotePending(pending)).rejects.toMatchObject({ code: 'notPending' });
  });

  test('the status says so, and how to go on', async () => {
    const { tenant } = await tenantWithToken();
    await revokeTokens(tenant);
    await expect(readTokenStatus(tenant)).rejects.toThrow(/were revoked on .* `npm run scim -- token rotate/);
    expect(await readInventory(tenant)).toEqual({
      current: undefined,
      revokedAt: expect.any(Date),
      previous: undefined,
    });
  });

  test.each([{ force: false }, { force: true }])(
    'a rotation (%o) makes a token, and none of the old ones comes back',
    async (options) => {
      const old = await tenantWithToken();
      await revokeTokens(old.tenant);
      const { current, previous } = await rotateToken(old.tenant, options);
      expect(previous).toBeUndefined();
      expect(await accepted(current)).toHaveLength(1);
      expect(await accepted(old)).toEqual([]);
      const next = await rotateToken(old.tenant);
      expect(next.previous?.keyId).toBe(current.keyId);
    },
  );
});

describe('a revocation', () => {
  test('may be repeated, and then ends nothing more', async () => {
    const { tenant, keyId } = await tenantWithToken();
    expect(await revokeTokens(tenant)).toEqual([keyId]);
    expect(await revokeTokens(tenant)).toEqual([]);
  });

  test('that was cut off half way is completed by the next', async () => {
    const old = await tenantWithToken();
    const send = secrets.send.bind(secrets);
    const cut = jest
      .spyOn(secrets, 'send')
      .mockImplementation(((command: object) =>
        command instanceof UpdateSecretVersionStageCommand
          ? Promise.reject(new Error('The session has expired.'))
          : send(command as never)) as never);
    await expect(revokeTokens(old.tenant)).rejects.toThrow('expired');
    expect(await accepted(old)).toHaveLength(1);
    cut.mockRestore();
    expect(await revokeTokens(old.tenant)).toEqual([old.keyId]);
    expect(await accepted(old)).toEqual([]);
    expect(await readStages(old.tenant)).toMatchObject({ previous: undefined, pending: undefined });
  });

  test('of a tenant without a secret says that there is none', async () => {
    const { tenant } = await tenantWithToken();
    await deleteToken(tenant);
    await expect(revokeTokens(tenant)).rejects.toMatchObject({ code: 'noToken' });
  });
});
