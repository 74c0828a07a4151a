// scim tenant create, list, show and delete.

import { describe, expect, test } from '@jest/globals';
import { verifyToken } from '../../../../lambdas/credentials/verify.ts';
import { deleteToken } from '../../../../lambdas/credentials/write-token-secret.ts';
import { readTenant } from '../../../../lambdas/tenants/read-tenant.ts';
import { markTenantDeleting } from '../../../../lambdas/tenants/tenants-table.ts';
import { freshTenantId } from '../../../setup/fresh-tenant.ts';
import { outputsOfTests, playStacks } from '../cloudformation.ts';
import { create, json, scim, TOKEN } from '../stack-scim.ts';
import { scim as run } from '../terminal.ts';

const apiUrl = 'https://a1b2c3.execute-api.eu-central-1.amazonaws.com/scim';

playStacks({
  Scim: outputsOfTests,
  NoDomain: { ...outputsOfTests, BaseUrl: apiUrl, DomainTarget: '' },
  Wildcard: { ...outputsOfTests, BaseUrl: 'https://{tenant}.scim.example.com' },
});

const tenantUrl = (id: string) => `https://scim.example.com/${id}/v2`;

describe('tenant create', () => {
  test('prints what Entra asks for, and says where it was made', async () => {
    const id = freshTenantId();
    const { exitCode, stdout, stderr } = await scim(`tenant create ${id}`);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('On stack Scim:\n');
    expect(stdout).toContain(`Tenant URL    ${tenantUrl(id)}\n`);
    expect(await verifyToken(/Secret Token {2}(\S+)/.exec(stdout)?.[1] ?? '')).toMatchObject({
      tenant: (await readTenant(id)).incarnation,
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
    expect((await scim('tenant list')).stdout).toMatch(new RegExp(`^${id} .* ${tenantUrl(id)} +open$`, 'm'));
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
      revokedAt: null,
      state: 'open',
      deploymentPausedSince: null,
    });
  });

  test('show has no token', async () => {
    const { id } = await create();
    const { stdout } = await scim(`tenant show ${id}`);
    expect(stdout).toMatch(/Users +0\n +Groups +0\n/);
    expect(stdout).not.toMatch(TOKEN);
    expect(JSON.stringify(await json(`tenant show ${id}`))).not.toMatch(TOKEN);
  });

  test('show has the state and the webhook (S4.2)', async () => {
    const { id } = await create();
    expect((await scim(`tenant show ${id}`)).stdout).toMatch(/State +open\n[\s\S]*Webhook +none/);
    await json(`webhook set ${id} https://product.example/hook --events user.created`);
    expect((await scim(`tenant show ${id}`)).stdout).toMatch(
      /Webhook +https:\/\/product\.example\/hook \(user\.created\)/,
    );
    expect(await json(`tenant show ${id}`)).toMatchObject({
      state: 'open',
      webhook: { url: 'https://product.example/hook', events: ['user.created'] },
    });
  });

  test('show works for a tenant that lost its secret', async () => {
    const { id } = await create();
    await deleteToken((await readTenant(id)).incarnation);
    expect((await scim(`tenant show ${id}`)).stdout).toMatch(/Token +none/);
  });

  test('both say that a tenant is being deleted', async () => {
    const { id } = await create();
    await markTenantDeleting(id, '2026-11-21T12:34:56.000Z');
    expect((await scim('tenant list')).stdout).toMatch(
      new RegExp(`^${id} .* https:\\S+ +being deleted since 2026-11-21 12:34 UTC$`, 'm'),
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

test('an error is one JSON object with --json', async () => {
  const id = freshTenantId();
  const { exitCode, stderr } = await scim(`tenant show ${id} --json`);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stderr)).toEqual({ error: `There is no tenant "${id}".`, target: 'stack Scim' });
});
