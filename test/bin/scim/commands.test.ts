import { describe, expect, test } from '@jest/globals';
import { verifyToken } from '../../../lambdas/credentials/verify.ts';
import { deleteToken } from '../../../lambdas/credentials/write-token-secret.ts';
import { readTenant } from '../../../lambdas/tenants/read-tenant.ts';
import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { markTenantDeleting } from '../../../lambdas/tenants/tenants-table.ts';
import { freshTenantId } from '../../setup/fresh-tenant.ts';
import { outputsOfTests, playStacks } from './cloudformation.ts';
import { scim as run } from './terminal.ts';

const TOKEN = /scim1\.[\w.-]+/;

const apiUrl = 'https://a1b2c3.execute-api.eu-central-1.amazonaws.com/scim';

playStacks({
  Scim: outputsOfTests,
  NoDomain: { ...outputsOfTests, BaseUrl: apiUrl, DomainTarget: '' },
  Wildcard: { ...outputsOfTests, BaseUrl: 'https://{tenant}.scim.example.com' },
});

const scim = (line: string, typed?: string) => run(`--stack Scim ${line}`, typed);

const json = async (line: string) => {
  const { exitCode, stdout, stderr } = await scim(`${line} --json`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout);
};

const create = async (): Promise<{ id: TenantId; token: string }> => {
  const id = freshTenantId();
  const { token } = await json(`tenant create ${id}`);
  return { id, token };
};

const incarnationOf = async (id: TenantId) => (await readTenant(id)).incarnation;

const tenantUrl = (id: string) => `https://scim.example.com/${id}/v2`;

describe('tenant create', () => {
  test('prints what Entra asks for, and says where it was made', async () => {
    const id = freshTenantId();
    const { exitCode, stdout, stderr } = await scim(`tenant create ${id}`);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('On stack Scim:\n');
    expect(stdout).toContain(`Tenant URL    ${tenantUrl(id)}\n`);
    expect(await verifyToken(/Secret Token {2}(\S+)/.exec(stdout)?.[1] ?? '')).toMatchObject({
      tenant: await incarnationOf(id),
    });
  });

  test('prints one JSON object for scripts', async () => {
    const id = freshTenantId();
    expect(await json(`tenant create ${id}`)).toEqual({
      tenant: id,
      tenantUrl: tenantUrl(id),
      token: expect.stringMatching(TOKEN),
      createdAt: expect.any(String),
    });
  });

  test('without a domain of yours warns that the URL is tied to this API', async () => {
    const id = freshTenantId();
    const { exitCode, stdout } = await run(`--stack NoDomain tenant create ${id}`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Tenant URL    ${apiUrl}/${id}/v2\n`);
    expect(stdout).toMatch(/\n\nWarning: this Tenant URL is tied to this API\. .*scim:domains/s);
    const answer = await run(`--stack NoDomain tenant create ${freshTenantId()} --json`);
    expect(JSON.parse(answer.stdout).warning).toMatch(/^This Tenant URL is tied to this API\. /);
    expect((await scim(`tenant create ${freshTenantId()}`)).stdout).not.toContain('Warning');
  });

  test('below a wildcard domain gives the tenant its own host', async () => {
    const id = freshTenantId();
    const { stdout } = await run(`--stack Wildcard tenant create ${id} --json`);
    expect(JSON.parse(stdout)).toMatchObject({ tenantUrl: `https://${id}.scim.example.com/${id}/v2` });
    const shown = await run(`--stack Wildcard token show ${id} --json`);
    expect(JSON.parse(shown.stdout)).toMatchObject({ tenantUrl: `https://${id}.scim.example.com/${id}/v2` });
  });

  test('below a wildcard domain refuses what cannot be part of a host', async () => {
    const id = `${freshTenantId().slice(0, 20)}-`;
    expect(await run(`--stack Wildcard tenant create ${id}`)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/"[^"]+-" cannot be part of a host name, .*\.\n$/),
    });
    expect((await scim(`tenant create ${id}`)).exitCode).toBe(0);
  });

  test('refuses a tenant that exists', async () => {
    const { id } = await create();
    expect(await scim(`tenant create ${id}`)).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: `On stack Scim:\nTenant "${id}" exists already.\n`,
    });
  });

  test.each(['Acme', 'ab', 'a'.repeat(33), 'ac_me', 'acme/v2', '../x', 'acmé'])(
    'refuses "%s" with the rule for tenant ids',
    async (id) => {
      const { exitCode, stderr } = await scim(`tenant create ${id}`);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^".+" is not a valid tenant id: use 3 to 32 characters .*\n$/);
    },
  );
});

describe('tenant list and show', () => {
  test('list has every tenant with its Tenant URL', async () => {
    const { id } = await create();
    expect((await scim('tenant list')).stdout).toMatch(new RegExp(`^${id} .* ${tenantUrl(id)}$`, 'm'));
    expect(await json('tenant list')).toContainEqual({
      tenant: id,
      tenantUrl: tenantUrl(id),
      createdAt: expect.any(String),
      users: 0,
      groups: 0,
      lastRequestAt: null,
      silentSince: null,
      pausedSince: null,
      token: { keyId: expect.any(String), madeAt: expect.any(String) },
      previousToken: null,
    });
  });

  test('show has no token', async () => {
    const { id } = await create();
    const { stdout } = await scim(`tenant show ${id}`);
    expect(stdout).toMatch(/Users +0\n +Groups +0\n/);
    expect(stdout).not.toMatch(TOKEN);
    expect(JSON.stringify(await json(`tenant show ${id}`))).not.toMatch(TOKEN);
  });

  test('show works for a tenant that lost its secret', async () => {
    const { id } = await create();
    await deleteToken(await incarnationOf(id));
    expect((await scim(`tenant show ${id}`)).stdout).toMatch(/Token +none/);
  });

  test('both say that a tenant is being deleted', async () => {
    const { id } = await create();
    await markTenantDeleting(id, '2026-11-21T12:34:56.000Z');
    expect((await scim('tenant list')).stdout).toMatch(
      new RegExp(`^${id} .* being deleted since 2026-11-21 12:34 UTC +https:`, 'm'),
    );
    expect((await scim(`tenant show ${id}`)).stdout).toContain(
      `\`npm run scim -- tenant delete ${id}\` completes it`,
    );
  });
});

describe('tenant delete', () => {
  test('deletes when the name is typed', async () => {
    const { id, token } = await create();
    const { exitCode, stdout, stderr } = await scim(`tenant delete ${id}`, `${id}\n`);
    expect(stderr).toContain(`Type ${id} to continue`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Tenant ${id} is deleted`);
    expect(await verifyToken(token)).toBeUndefined();
  });

  test.each([
    ['something else is typed', 'yes\n'],
    ['nothing is typed', '\n'],
    ['the input ends', ''],
  ])('does not delete when %s', async (_when, typed) => {
    const { id, token } = await create();
    expect(await scim(`tenant delete ${id}`, typed)).toMatchObject({ exitCode: 1, stdout: '' });
    expect(await verifyToken(token)).toBeDefined();
  });

  test('does not ask where nobody can answer, and says what a script does', async () => {
    const { id, token } = await create();
    const { exitCode, stderr } = await scim(`tenant delete ${id}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('--yes');
    expect(stderr).not.toContain('Type');
    expect(await verifyToken(token)).toBeDefined();
  });

  test('does not ask with --yes', async () => {
    const { id } = await create();
    expect(await json(`tenant delete ${id} --yes`)).toMatchObject({
      tenant: id,
      deleted: true,
      resources: 0,
    });
    expect(await scim(`tenant show ${id}`)).toMatchObject({ exitCode: 1 });
  });
});

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

  test('retire ends the token before, once', async () => {
    const { id, token } = await create();
    const { previous } = await json(`token rotate ${id}`);
    expect(await json(`token retire ${id}`)).toEqual({ tenant: id, retiredKeyId: previous.keyId });
    expect(await verifyToken(token)).toBeUndefined();
    expect((await scim(`token retire ${id}`)).stdout).toContain('Nothing to do');
  });

  test('show of a lost secret says how to make a new one', async () => {
    const { id } = await create();
    await deleteToken(await incarnationOf(id));
    expect((await scim(`token show ${id}`)).stderr).toContain(
      `\`npm run scim -- token rotate ${id} --force\` makes a new one`,
    );
    expect((await json(`token rotate ${id} --force`)).token).toMatch(TOKEN);
  });
});

test.each([
  'tenant show',
  'tenant delete --yes',
  'token show',
  'token rotate',
  'token rotate --force',
  'token retire',
])('%s says that there is no such tenant', async (command) => {
  const id = freshTenantId();
  expect(await scim(`${command} ${id}`)).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `On stack Scim:\nThere is no tenant "${id}".\n`,
  });
});

test.each(['token show', 'token rotate', 'token rotate --force', 'tenant create'])(
  '%s is refused while the tenant is being deleted',
  async (command) => {
    const { id } = await create();
    await markTenantDeleting(id, new Date().toISOString());
    const { exitCode, stderr } = await scim(`${command} ${id}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`\`npm run scim -- tenant delete ${id}\` completes that`);
  },
);

test('an error is one JSON object with --json', async () => {
  const id = freshTenantId();
  const { exitCode, stderr } = await scim(`tenant show ${id} --json`);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stderr)).toEqual({ error: `There is no tenant "${id}".` });
});
