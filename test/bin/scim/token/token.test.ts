// scim token show, rotate and retire.

import { PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, jest, test } from '@jest/globals';
import { secrets } from '../../../../lambdas/credentials/secrets-manager.ts';
import { verifyToken } from '../../../../lambdas/credentials/verify.ts';
import { deleteToken } from '../../../../lambdas/credentials/write-token-secret.ts';
import { admit } from '../../../../lambdas/tenants/admission.ts';
import { readTenant } from '../../../../lambdas/tenants/read-tenant.ts';
import { playGateway } from '../gateway.ts';
import { create, json, scim, TOKEN } from '../stack-scim.ts';

const { flushes, letSessionExpire, signIn } = playGateway();

const tenantUrl = (id: string) => `https://scim.example.com/${id}/v2`;

describe('token', () => {
  test('show prints the current token', async () => {
    const { id, token } = await create();
    expect((await scim(`token show ${id}`)).stdout).toContain(token);
    expect(await json(`token show ${id}`)).toMatchObject({ tenantUrl: tenantUrl(id), token, previous: null });
  });

  test('rotate prints the new token, and how to end the old one', async () => {
    const { id, token } = await create();
    const { exitCode, stdout } = await scim(`token rotate ${id}`);
    const rotated = /Secret Token {2}(\S+)/.exec(stdout)?.[1] ?? '';
    expect(exitCode).toBe(0);
    expect(rotated).not.toBe(token);
    expect(stdout).toContain(`\`npm run scim -- token retire ${id}\` ends the previous one`);
    expect(await verifyToken(token)).toBeDefined();
    expect(await verifyToken(rotated)).toBeDefined();
  });

  test('rotate a second time is refused with both ways out, and done with --force', async () => {
    const { id } = await create();
    const first = await json(`token rotate ${id}`);
    const { exitCode, stderr } = await scim(`token rotate ${id}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`\`npm run scim -- token retire ${id}\``);
    expect(stderr).toContain(`\`npm run scim -- token rotate ${id} --force\``);
    const second = await json(`token rotate ${id} --force`);
    expect(second.previous.keyId).toBe(first.keyId);
  });

  test('rotate --force ends the token before at once, also at the gateway (S2.7)', async () => {
    const { id, token } = await create();
    const { token: current } = await json(`token rotate ${id}`);
    const before = flushes();
    await json(`token rotate ${id} --force`);
    expect(flushes()).toBe(before + 1);
    expect(await verifyToken(token)).toBeUndefined();
    expect(await verifyToken(current)).toBeDefined();
  });

  test.each(['rotate --force', 'retire', 'revoke --yes'])(
    '%s has the functions refuse the token too, even when Secrets Manager fails (S2.7)',
    async (command) => {
      const { id, keyId } = await create().then(async ({ id }) => ({
        id,
        ...(await json(`token show ${id}`)),
      }));
      await json(`token rotate ${id}`);
      const { incarnation: tenant } = await readTenant(id);
      const send = secrets.send.bind(secrets);
      const cut = jest
        .spyOn(secrets, 'send')
        .mockImplementation(((request: object) =>
          request instanceof UpdateSecretVersionStageCommand || request instanceof PutSecretValueCommand
            ? Promise.reject(new Error('Cut.'))
            : send(request as never)) as never);
      const [verb, ...options] = command.split(' ');
      expect((await scim(`token ${verb} ${id} ${options.join(' ')}`)).exitCode).not.toBe(0);
      cut.mockRestore();
      await expect(admit({ kind: 'token', tenant, keyId })).rejects.toMatchObject({ code: 'tokenEnded' });
    },
  );

  test('rotate without --force forgets nothing at the gateway: both tokens stay (S2.7)', async () => {
    const { id } = await create();
    const before = flushes();
    await json(`token rotate ${id}`);
    expect(flushes()).toBe(before);
  });

  test.each(['rotate --force', 'retire'])(
    '%s with an expired session makes no token, says so, and is completed by the next (S2.7)',
    async (command) => {
      const { id, token } = await create();
      const { token: current } = await json(`token rotate ${id}`);
      const [verb, ...options] = command.split(' ');
      letSessionExpire();
      const { exitCode, stdout, stderr } = await scim(`token ${verb} ${id} ${options.join(' ')}`);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/is retired.*could not be flushed \(ExpiredTokenException\).*Repeat/);
      signIn();
      expect(await verifyToken(token)).toBeUndefined();
      expect(await json(`token show ${id}`)).toMatchObject({ token: current, previous: null });
      const before = flushes();
      await json(`token ${verb} ${id} ${options.join(' ')}`);
      expect(flushes()).toBe(before + 1);
    },
  );

  test('retire ends the token before, once, also at the gateway (S2.7)', async () => {
    const { id, token } = await create();
    const { previous } = await json(`token rotate ${id}`);
    const before = flushes();
    expect(await json(`token retire ${id}`)).toEqual({ tenant: id, retiredKeyId: previous.keyId });
    expect(flushes()).toBe(before + 1);
    expect(await verifyToken(token)).toBeUndefined();
    expect((await scim(`token retire ${id}`)).stdout).toContain('Nothing to do');
  });

  test('show of a lost secret says how to make a new one', async () => {
    const { id } = await create();
    await deleteToken((await readTenant(id)).incarnation);
    expect((await scim(`token show ${id}`)).stderr).toContain(
      `\`npm run scim -- token rotate ${id} --force\` makes a new one`,
    );
    expect((await json(`token rotate ${id} --force`)).token).toMatch(TOKEN);
  });
});
