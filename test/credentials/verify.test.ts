import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { revokeTokens } from '../../lambdas/credentials/revocation.ts';
import { preparePending, retireToken, rotateToken } from '../../lambdas/credentials/rotation.ts';
import { readToken } from '../../lambdas/credentials/token-secret.ts';
import { judgeToken, verifyToken } from '../../lambdas/credentials/verify.ts';
import { createToken, deleteToken } from '../../lambdas/credentials/write-token-secret.ts';
import { inventToken } from '../setup/deployment-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const tenantWithToken = () => createToken({ tenant: freshIncarnation(), keyId: randomUUID() });

describe('a token is accepted', () => {
  test('when it is the current one', async () => {
    const { tenant, keyId, token } = await tenantWithToken();
    expect(await verifyToken(token)).toEqual({ tenant, keyId });
  });

  test('when it is the one before the current one', async () => {
    const { tenant, keyId, token } = await tenantWithToken();
    const { current } = await rotateToken(tenant);
    expect(await verifyToken(token)).toEqual({ tenant, keyId });
    expect(await verifyToken(current.token)).toEqual({ tenant, keyId: current.keyId });
  });
});

/** Why the token is refused, and the tenant and key that it claims. */
const refusalOf = async (token: string) => {
  const verdict = await judgeToken(token);
  return 'refused' in verdict ? verdict.refused : undefined;
};

describe('a token is refused', () => {
  test('when it was retired', async () => {
    const { tenant, keyId, token } = await tenantWithToken();
    await rotateToken(tenant);
    await retireToken(tenant);
    expect(await verifyToken(token)).toBeUndefined();
    expect(await refusalOf(token)).toEqual({ cause: 'retired', claimed: { tenant, keyId } });
  });

  test('while it is only being rotated in', async () => {
    const { tenant } = await tenantWithToken();
    const pending = { tenant, keyId: randomUUID() };
    await preparePending(pending);
    const written = await readToken(pending);
    expect(written?.stages).toEqual(['AWSPENDING']);
    expect(await verifyToken(written?.token ?? '')).toBeUndefined();
    expect(await refusalOf(written?.token ?? '')).toEqual({ cause: 'pending', claimed: pending });
  });

  test('when its tenant is unknown', async () => {
    const claimed = { tenant: freshIncarnation(), keyId: randomUUID() };
    expect(await verifyToken(inventToken(claimed))).toBeUndefined();
    expect(await refusalOf(inventToken(claimed))).toEqual({ cause: 'unknownKey', claimed });
  });

  test('when its key is unknown', async () => {
    const { tenant } = await tenantWithToken();
    const claimed = { tenant, keyId: randomUUID() };
    expect(await verifyToken(inventToken(claimed))).toBeUndefined();
    expect(await refusalOf(inventToken(claimed))).toEqual({ cause: 'unknownKey', claimed });
  });

  test('when it names a key that exists, with other random bytes', async () => {
    const { tenant, keyId } = await tenantWithToken();
    expect(await verifyToken(inventToken({ tenant, keyId }))).toBeUndefined();
    expect(await refusalOf(inventToken({ tenant, keyId }))).toMatchObject({ cause: 'wrongSecret' });
  });

  test("when it names another tenant's key", async () => {
    const [one, other] = await Promise.all([tenantWithToken(), tenantWithToken()]);
    expect(await verifyToken(inventToken({ tenant: one.tenant, keyId: other.keyId }))).toBeUndefined();
  });

  test('when its secret was deleted', async () => {
    const { tenant, token } = await tenantWithToken();
    await deleteToken(tenant);
    expect(await verifyToken(token)).toBeUndefined();
    expect(await refusalOf(token)).toMatchObject({ cause: 'unknownKey' });
  });

  test('when it is malformed', async () => {
    expect(await verifyToken('scim1.acme')).toBeUndefined();
    expect(await refusalOf('scim1.acme')).toEqual({ cause: 'damaged', claimed: undefined });
  });

  test('when it is mistyped, and still says whose it is', async () => {
    const { tenant, keyId, token } = await tenantWithToken();
    const mistyped = `${token.slice(0, -1)}${token.endsWith('A') ? 'Q' : 'A'}`;
    expect(await verifyToken(mistyped)).toBeUndefined();
    expect(await refusalOf(mistyped)).toEqual({ cause: 'damaged', claimed: { tenant, keyId } });
  });

  test('when all tokens of its tenant were revoked', async () => {
    const { tenant, keyId, token } = await tenantWithToken();
    await revokeTokens(tenant);
    expect(await refusalOf(token)).toEqual({ cause: 'retired', claimed: { tenant, keyId } });
  });
});
