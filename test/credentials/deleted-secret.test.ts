// A secret deleted by hand can be restored for days: meanwhile its tokens are refused, and no operation on them
// stops halfway.

import { randomUUID } from 'node:crypto';
import { DeleteSecretCommand, RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import { beforeEach, expect, test } from '@jest/globals';
import { revokeTokens } from '../../lambdas/credentials/revocation.ts';
import {
  preparePending,
  readTokenStatus,
  retireToken,
  rotateToken,
} from '../../lambdas/credentials/rotation.ts';
import { secretName, secrets } from '../../lambdas/credentials/secrets-manager.ts';
import type { TokenVersion } from '../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../lambdas/credentials/verify.ts';
import { createToken } from '../../lambdas/credentials/write-token-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

let token: TokenVersion;

beforeEach(async () => {
  token = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  const SecretId = secretName(token.tenant);
  await secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
});

test('its token is refused, and accepted again when it is restored', async () => {
  expect(await verifyToken(token.token)).toBeUndefined();
  await secrets.send(new RestoreSecretCommand({ SecretId: secretName(token.tenant) }));
  expect(await verifyToken(token.token)).toBeDefined();
});

test.each<[string, string, () => Promise<unknown>]>([
  ['the status', 'noToken', () => readTokenStatus(token.tenant)],
  ['a rotation', 'noToken', () => rotateToken(token.tenant)],
  ['a rotation by Secrets Manager', 'noToken', () => preparePending({ ...token, keyId: randomUUID() })],
  ['a forced rotation', 'beingDeleted', () => rotateToken(token.tenant, { force: true })],
  ['a retirement', 'noToken', () => retireToken(token.tenant)],
  ['a revocation', 'noToken', () => revokeTokens(token.tenant)],
])('%s says so (%s), and a restored secret has the same tokens', async (_, code, operation) => {
  await expect(operation()).rejects.toMatchObject({ name: 'TokenError', code });
  await secrets.send(new RestoreSecretCommand({ SecretId: secretName(token.tenant) }));
  expect(await readTokenStatus(token.tenant)).toMatchObject({
    current: { token: token.token },
    previous: undefined,
  });
});
