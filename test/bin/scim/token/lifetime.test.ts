// scim token status, revoke and schedule.

import { describe, expect, test } from '@jest/globals';
import { verifyToken } from '../../../../lambdas/credentials/verify.ts';
import { playGateway } from '../gateway.ts';
import { create, json, scim, TOKEN } from '../stack-scim.ts';
import { scim as run } from '../terminal.ts';

const { flushes, letSessionExpire, signIn } = playGateway();

describe('token status', () => {
  test('names both tokens, their age, their last use and their end, and neither token', async () => {
    const { id } = await create();
    await json(`token rotate ${id}`);
    const { stdout } = await scim(`token status ${id}`);
    expect(stdout).toMatch(/Token +[\w-]{36}, created .+ UTC, never used\n/);
    expect(stdout).toMatch(/Previous token +[\w-]{36}, created .+ UTC, never used; ends .+ UTC\n/);
    expect(stdout).toMatch(/Rotation +by hand\n/);
    expect(stdout).not.toMatch(TOKEN);
  });

  test('says after a revocation what to do next', async () => {
    const { id } = await create();
    await json(`token revoke ${id} --now`);
    expect((await scim(`token status ${id}`)).stdout).toMatch(/Revoked .*`npm run scim -- token rotate/);
    expect((await scim(`token show ${id}`)).stderr).toContain('were revoked on');
    expect((await scim(`tenant show ${id}`)).stdout).toMatch(/Token +revoked/);
    expect((await scim('tenant list')).stdout).toMatch(new RegExp(`^${id} .* revoked `, 'm'));
  });
});

describe('token revoke', () => {
  test('does nothing without --now, and says what changes a token without a failed request', async () => {
    const { id, token } = await create();
    const { exitCode, stderr } = await scim(`token revoke ${id}`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('`token rotate` followed by `token retire`');
    expect(await verifyToken(token)).toBeDefined();
  });

  test('ends the token, flushes() the cache and says what to do next', async () => {
    const { id, token } = await create();
    const before = flushes();
    const { exitCode, stdout } = await scim(`token revoke ${id} --now`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`\`npm run scim -- token rotate ${id}\` creates a new token`);
    expect(flushes()).toBe(before + 1);
    expect(await verifyToken(token)).toBeUndefined();
  });

  test('with an expired session says that the tokens are ended, but the cache is not flushed', async () => {
    const { id, token } = await create();
    letSessionExpire();
    const { exitCode, stderr } = await scim(`token revoke ${id} --now`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /are revoked, but the gateway's cache could not be flushed \(ExpiredTokenException\).*Repeat/,
    );
    expect(await verifyToken(token)).toBeUndefined();
    signIn();
    expect(await json(`token revoke ${id} --now`)).toEqual({ tenant: id, revokedKeyIds: [] });
  });

  test('of a stack that does not say which API it has changes nothing', async () => {
    const { id, token } = await create();
    const { exitCode, stderr } = await run(`--stack Old token revoke ${id} --now`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Stack Old has no output RestApiId');
    expect(await verifyToken(token)).toBeDefined();
  });
});

describe('token schedule', () => {
  test('is kept, shown, and ended', async () => {
    const { id } = await create();
    expect(await json(`token schedule ${id} --days 60`)).toMatchObject({ schedule: { days: 60 } });
    expect((await scim(`token status ${id}`)).stdout).toMatch(/Rotation +every 60 days, next on \d{4}-/);
    expect(await json(`token schedule ${id} --off`)).toEqual({ tenant: id, schedule: null });
    expect((await json(`token status ${id}`)).schedule).toBeNull();
  });

  test.each(['', '--days 60 --off', '--days soon'])('%s makes no sense', async (options) => {
    const { id } = await create();
    expect((await scim(`token schedule ${id} ${options}`)).exitCode).toBe(2);
  });

  test('within the grace is refused with the days that are possible', async () => {
    const { id } = await create();
    const { exitCode, stderr } = await scim(`token schedule ${id} --days 30`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('every 31 to 1000 days');
  });
});
