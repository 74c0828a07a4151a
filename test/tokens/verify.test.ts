import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { preparePending, retireToken, rotateToken } from '../../lambdas/tokens/rotation.ts';
import { createToken, deleteToken, readToken } from '../../lambdas/tokens/secrets.ts';
import { verifyToken } from '../../lambdas/tokens/verify.ts';
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

describe('a token is refused', () => {
  test('when it was retired', async () => {
    const { tenant, token } = await tenantWithToken();
    await rotateToken(tenant);
    await retireToken(tenant);
    expect(await verifyToken(token)).toBeUndefined();
  });

  test('while it is only being rotated in', async () => {
    const { tenant } = await tenantWithToken();
    const pending = { tenant, keyId: randomUUID() };
    await preparePending(pending);
    const written = await readToken(pending);
    expect(written?.stages).toEqual(['AWSPENDING']);
    expect(await verifyToken(written?.token ?? '')).toBeUndefined();
  });

  test('when its tenant is unknown', async () => {
    expect(
      await verifyToken(inventToken({ tenant: freshIncarnation(), keyId: randomUUID() })),
    ).toBeUndefined();
  });

  test('when its key is unknown', async () => {
    const { tenant } = await tenantWithToken();
    expect(await verifyToken(inventToken({ tenant, keyId: randomUUID() }))).toBeUndefined();
  });

  test('when it names a key that exists, with other random bytes', async () => {
    const { tenant, keyId } = await tenantWithToken();
    expect(await verifyToken(inventToken({ tenant, keyId }))).toBeUndefined();
  });

  test("when it names another tenant's key", async () => {
    const [one, other] = await Promise.all([tenantWithToken(), tenantWithToken()]);
    expect(await verifyToken(inventToken({ tenant: one.tenant, keyId: other.keyId }))).toBeUndefined();
  });

  test('when its secret was deleted', async () => {
    const { tenant, token } = await tenantWithToken();
    await deleteToken(tenant);
    expect(await verifyToken(token)).toBeUndefined();
  });

  test('when it is malformed', async () => {
    expect(await verifyToken('scim1.acme')).toBeUndefined();
  });
});
