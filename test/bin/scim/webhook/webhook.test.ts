// The webhook of a tenant from the operator's side; what its endpoint gets is in test/handlers/webhook-delivery.test.ts.

import dns from 'node:dns/promises';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createTenant } from '../../../../lambdas/operations/create-tenant.ts';
import type { Incarnation, TenantId } from '../../../../lambdas/tenants/tenant.ts';
import { addToBacklog, countBacklog } from '../../../../lambdas/webhooks/backlog-table.ts';
import { noteDeliveries } from '../../../../lambdas/webhooks/deliveries-table.ts';
import { findRetry, noteRefusal, updateRetry } from '../../../../lambdas/webhooks/retries-table.ts';
import { signingSecret } from '../../../../lambdas/webhooks/signing-secrets.ts';
import { findWebhook } from '../../../../lambdas/webhooks/webhooks-table.ts';
import { deploymentSecret } from '../../../setup/deployment-secret.ts';
import { freshTenantId } from '../../../setup/fresh-tenant.ts';
import { playStacks } from '../cloudformation.ts';
import { scim as run, TARGET_LINE } from '../terminal.ts';

const ADDRESS = 'https://hooks.veldt.example/scim';

playStacks();

let id: TenantId;
let tenant: Incarnation;
beforeEach(async () => {
  id = freshTenantId();
  tenant = (await createTenant(id)).incarnation;
});

const scim = (line: string) => run(`--stack Scim ${line}`);
const json = async (line: string) => {
  const { exitCode, stdout, stderr } = await scim(`${line} --json`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: TARGET_LINE });
  return JSON.parse(stdout);
};

/** What comes from the generation of the tenant's webhook. */
const secretOf = (generation: number) => signingSecret(deploymentSecret.SecretString, tenant, generation);

/** As a delivery leaves it; disabled when it is not to be tried again. */
const fail = async (retryAtMs: number | undefined) => {
  const now = Date.parse('2026-11-22T08:00:00Z');
  const state = { tenant, suspended: true, sinceMs: now, answer: 'HTTP 503' };
  await noteRefusal({ ...state, retryAtMs: now });
  const noted = { ...state, failures: 0, retryAtMs: now, notes: 1 };
  expect(await updateRetry(noted, { ...noted, failures: 3, retryAtMs })).toBe(true);
  await addToBacklog(tenant, [{ id: '1', text: '{"id":"1","type":"user.created"}', sinceMs: now }]);
};

describe('webhook set', () => {
  test('prints the secret that the receiver needs', async () => {
    const { exitCode, stdout } = await scim(`webhook set ${id} ${ADDRESS}`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${ADDRESS} receives every event of ${id}.`);
    const secret = secretOf(1);
    expect(stdout).toContain(`Signing secret  ${secret}\n`);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  });

  test('may be repeated: the address changes and the secret stays', async () => {
    const { secret } = await json(`webhook set ${id} ${ADDRESS}`);
    const again = await json(`webhook set ${id} ${ADDRESS}/v2 --events user.deactivated,user.deleted`);
    expect(again).toEqual({
      tenant: id,
      url: `${ADDRESS}/v2`,
      events: ['user.deactivated', 'user.deleted'],
      secret,
    });
  });

  test.each([
    ['http://hooks.veldt.example', /begins with https:\/\//],
    [`${ADDRESS} --events user.vanished`, /"user.vanished" is not an event type of webhooks/],
  ])('refuses %s with a sentence, and sets nothing', async (rest, sentence) => {
    const { exitCode, stderr } = await scim(`webhook set ${id} ${rest}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(sentence);
    expect((await scim(`webhook show ${id}`)).stderr).toContain('has no webhook');
  });

  test('refuses a tenant that is not there', async () => {
    expect((await scim(`webhook set nobody ${ADDRESS}`)).stderr).toContain('There is no tenant "nobody"');
  });
});

test('a new webhook gets nothing that an earlier one left', async () => {
  await fail(Date.now());
  await scim(`webhook set ${id} ${ADDRESS}`);
  expect(await countBacklog(tenant)).toBe(0);
});

describe('webhook show', () => {
  test('says that all is well', async () => {
    await scim(`webhook set ${id} ${ADDRESS}`);
    expect((await scim(`webhook show ${id}`)).stdout).toMatch(/State +nothing waiting/);
    expect(await json(`webhook show ${id}`)).toEqual({
      tenant: id,
      url: ADDRESS,
      events: null,
      trouble: null,
    });
  });

  test('says what is wrong, and when it is tried again', async () => {
    await scim(`webhook set ${id} ${ADDRESS}`);
    await fail(Date.parse('2026-11-22T08:15:00Z'));
    const { stdout } = await scim(`webhook show ${id}`);
    expect(stdout).toMatch(/Since +2026-11-22 08:00 UTC; last attempt: HTTP 503/);
    expect(stdout).toMatch(/Waiting +1 event/);
    expect(stdout).toMatch(/Next attempt +2026-11-22 08:15 UTC/);
  });

  test('says how to switch it on again', async () => {
    await scim(`webhook set ${id} ${ADDRESS}`);
    await fail(undefined);
    const { stdout } = await scim(`webhook show ${id}`);
    expect(stdout).toMatch(/State +disabled/);
    expect(stdout).toContain(`webhook enable ${id}`);
    expect(await json(`webhook enable ${id}`)).toEqual({ tenant: id, enabled: true });
    expect((await scim(`webhook show ${id}`)).stdout).toMatch(/State +failing/);
  });
});

describe('webhook test, deliveries and redeliver', () => {
  test('say how the receiver answers, and end with 1 when it does not accept (S4.3)', async () => {
    jest.spyOn(dns, 'lookup').mockRejectedValue(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    await scim(`webhook set ${id} ${ADDRESS}`);
    const { exitCode, stdout } = await scim(`webhook test ${id}`);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/did not accept the test event [0-9a-f]{32}: no answer \(ENOTFOUND\)\.$/m);
    await fail(Date.now());
    const again = await scim(`webhook redeliver ${id} 1 --json`);
    jest.restoreAllMocks();
    expect(again.exitCode).toBe(1);
    expect(JSON.parse(again.stdout)).toEqual({
      tenant: id,
      event: '1',
      accepted: false,
      answer: 'no answer (ENOTFOUND)',
    });
  });

  test('list the deliveries with status and cause, and refuse what is not among them (S4.3)', async () => {
    await scim(`webhook set ${id} ${ADDRESS}`);
    expect((await scim(`webhook deliveries ${id}`)).stdout).toContain('Nothing was delivered');
    const atMs = Date.parse('2026-11-22T08:00:00Z');
    const event = { id: 'e1', text: '{"type":"user.created"}', atMs, answer: 'HTTP 204' };
    await noteDeliveries(tenant, [{ ...event, status: 'accepted' }]);
    const { stdout } = await scim(`webhook deliveries ${id}`);
    expect(stdout).toMatch(/2026-11-22 08:00 UTC +e1 +user\.created +accepted +HTTP 204/);
    expect(await json(`webhook deliveries ${id}`)).toMatchObject([{ id: 'e1', status: 'accepted' }]);
    expect(await scim(`webhook redeliver ${id} e2`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('There is no delivery "e2"'),
    });
    expect((await scim(`webhook deliveries ${id} --limit 0`)).exitCode).not.toBe(0);
  });
});

describe('the signing secret', () => {
  test('is printed again by webhook secret, and made anew by webhook rotate', async () => {
    const { secret } = await json(`webhook set ${id} ${ADDRESS}`);
    expect(await json(`webhook secret ${id}`)).toMatchObject({ secret });
    const rotated = await json(`webhook rotate ${id}`);
    expect(rotated.secret).not.toBe(secret);
    expect(await json(`webhook secret ${id}`)).toMatchObject({ secret: rotated.secret });
    expect([secret, rotated.secret]).toEqual([secretOf(1), secretOf(2)]);
  });

  test('is not made anew while the one before signs, unless by force', async () => {
    await scim(`webhook set ${id} ${ADDRESS}`);
    const first = await json(`webhook rotate ${id}`);
    const refused = await scim(`webhook rotate ${id}`);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--force') });
    const second = await json(`webhook rotate ${id} --force`);
    expect([first.secret, second.secret]).toEqual([secretOf(2), secretOf(3)]);
  });

  test('stays when the webhook is set anew after a rotation, and the one before still signs', async () => {
    await scim(`webhook set ${id} ${ADDRESS}`);
    await scim(`webhook rotate ${id}`);
    expect(await json(`webhook set ${id} ${ADDRESS}/v2`)).toMatchObject({ secret: secretOf(2) });
    expect((await findWebhook(tenant))?.signing).toMatchObject({ generation: 2, isRotated: true });
  });

  test('is another one after the webhook was deleted, and none before it signs or comes back', async () => {
    const secrets = [];
    for (let time = 0; time < 3; time++) {
      const set = await json(`webhook set ${id} ${ADDRESS}`);
      const rotated = await json(`webhook rotate ${id}`);
      secrets.push(set.secret, rotated.secret);
      await scim(`webhook delete ${id} --yes`);
      await scim(`webhook delete ${id} --yes`);
    }
    expect(secrets).toEqual([1, 2, 3, 4, 5, 6].map(secretOf));
    await scim(`webhook set ${id} ${ADDRESS}`);
    expect((await findWebhook(tenant))?.signing).toMatchObject({ generation: 7, isRotated: false });
  });

  test('is rotated by one of two at the same time, unless by force: then each counts', async () => {
    await scim(`webhook set ${id} ${ADDRESS}`);
    const outcomes = await Promise.all([1, 2].map(() => scim(`webhook rotate ${id} --json`)));
    expect(outcomes.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 1]);
    expect(outcomes.find(({ exitCode }) => exitCode === 0)?.stdout).toContain(secretOf(2));

    const forced = await Promise.all([1, 2, 3].map(() => json(`webhook rotate ${id} --force`)));
    expect(forced.map(({ secret }) => secret).toSorted()).toEqual([3, 4, 5].map(secretOf).toSorted());
    expect(await json(`webhook secret ${id}`)).toMatchObject({ secret: secretOf(5) });
  });
});

describe.each([
  ['webhook delete', (tenant: TenantId) => `webhook delete ${tenant} --yes`],
  ['tenant delete', (tenant: TenantId) => `tenant delete ${tenant} --yes`],
])('%s', (_, command) => {
  test('leaves nothing: no address, nothing to sign with, nothing that waits', async () => {
    await scim(`webhook set ${id} ${ADDRESS}`);
    await fail(undefined);
    expect((await scim(command(id))).exitCode).toBe(0);
    expect((await scim(`webhook secret ${id}`)).exitCode).toBe(1);
    expect(await countBacklog(tenant)).toBe(0);
    expect(await findRetry(tenant)).toBeUndefined();
    expect(await findWebhook(tenant)).toBeUndefined();
  });
});
