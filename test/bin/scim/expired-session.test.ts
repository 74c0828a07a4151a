// What is left when the AWS session expires in the middle of a command, and how a repeat completes it.

import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { secrets } from '../../../lambdas/credentials/secrets-manager.ts';
import { throttleKey } from '../../../lambdas/credentials/throttle-key.ts';
import { readCurrentToken } from '../../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../../lambdas/credentials/verify.ts';
import { findTenant } from '../../../lambdas/tenants/tenants-table.ts';
import { freshTenantId } from '../../setup/fresh-tenant.ts';
import { ScimClient } from '../../support/scim-client.ts';
import { EXPIRED, playGateway } from './gateway.ts';
import { create, json, scim, TOKEN } from './stack-scim.ts';

const { keys, letSessionExpire, signIn } = playGateway();

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a session that expires in the middle of', () => {
  test('a creation leaves a tenant without a token, which the repeat completes', async () => {
    const id = freshTenantId();
    letSessionExpire();
    const { exitCode, stderr } = await scim(`tenant create ${id}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(EXPIRED);
    const begun = await findTenant(id);
    expect(begun).toMatchObject({ state: 'creating' });
    if (begun) expect(await readCurrentToken(begun.incarnation)).toBeUndefined();
    signIn();
    const { token } = await json(`tenant create ${id}`);
    expect(await verifyToken(token)).toMatchObject({ tenant: begun?.incarnation });
  });

  test('a creation, after its key was made, is completed by the repeat and by nothing else', async () => {
    const id = freshTenantId();
    const gone = Object.assign(new Error('The security token is expired'), { name: 'ExpiredTokenException' });
    jest.spyOn(secrets, 'send').mockImplementation((() => Promise.reject(gone)) as never);
    expect((await scim(`tenant create ${id}`)).stderr).toMatch(EXPIRED);
    jest.restoreAllMocks();
    for (const command of ['tenant show', 'tenant pause', 'token rotate', 'resync', 'log']) {
      const { exitCode, stderr: sentence } = await scim(`${command} ${id}`);
      expect({ exitCode, sentence }).toEqual({
        exitCode: 1,
        sentence: expect.stringContaining(`\`npm run scim -- tenant create ${id}\` completes it`),
      });
    }
    expect((await scim('tenant list')).stdout).toMatch(
      new RegExp(`^${id} .* https:\\S+ +creation incomplete$`, 'm'),
    );
    expect((await json(`tenant create ${id}`)).token).toMatch(TOKEN);
  });

  test('a rotation leaves the old token alone, and the repeat succeeds', async () => {
    const { id, token } = await create();
    const send = secrets.send.bind(secrets);
    const gone = Object.assign(new Error('The security token is expired'), { name: 'ExpiredTokenException' });
    jest
      .spyOn(secrets, 'send')
      .mockImplementation(((command: object) =>
        command instanceof UpdateSecretVersionStageCommand
          ? Promise.reject(gone)
          : send(command as never)) as never);
    const { exitCode, stderr } = await scim(`token rotate ${id}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(EXPIRED);
    jest.restoreAllMocks();
    expect(await json(`token show ${id}`)).toMatchObject({ token });
    expect((await json(`token rotate ${id}`)).token).not.toBe(token);
    expect(await verifyToken(token)).toBeDefined();
  });

  test('a deletion leaves a tenant that is refused and says how to complete it, and the repeat completes it', async () => {
    const { id, token } = await create();
    letSessionExpire();
    expect((await scim(`tenant delete ${id} --yes`)).stderr).toMatch(EXPIRED);
    expect(await verifyToken(token)).toBeUndefined();
    expect((await (await ScimClient.of(id)).get('/Users')).status).toBe(403);
    signIn();
    expect((await scim(`tenant show ${id}`)).stdout).toContain(`\`npm run scim -- tenant delete ${id}\``);
    expect(await json(`tenant delete ${id} --yes`)).toMatchObject({ deleted: true });
    expect(await findTenant(id)).toBeUndefined();
    expect(keys.list(throttleKey('scim', id).name)).toEqual([]);
  });
});
