// What is done with a deployed stack, whoever deployed it: a customer comes, Entra provisions, the token changes hands, the
// product listens, the customer goes.

import { randomBytes } from 'node:crypto';
import { ScimClient } from '../../../bin/simulate/client.ts';
import { runScript } from '../command.ts';
import type { Summary } from '../summary.ts';
import { call, type Extent, operate, operateToken, type Target, type TestTenant } from '../target.ts';
import { until } from '../until.ts';
import { hearOfTokens, hearOfUser } from './events.ts';
import { pauseAndResume } from './pause.ts';
import { rotateUnderLoad } from './rotation.ts';

/**
 * Makes a tenant, takes every step with it, and deletes it, also when a step fails. `meanwhile` is done while the tenant
 * is there.
 */
export const travel = async (
  target: Target,
  extent: Extent,
  summary: Summary,
  meanwhile: (tenant: TestTenant) => Promise<void> = async () => {},
): Promise<void> => {
  const id = `e2e-${randomBytes(4).toString('hex')}`;
  let tenant: TestTenant | undefined;
  const present = (): TestTenant => {
    if (!tenant) throw new Error('There is no tenant yet.');
    return tenant;
  };
  try {
    await summary.step('tenant create', async () => {
      tenant = await operateToken(target, 'tenant', 'create', id);
      await call(tenant, { method: 'GET', path: '/ServiceProviderConfig' }, 200);
      return tenant.tenantUrl;
    });
    for (const dialect of ['legacy', 'standard']) {
      await summary.step(`simulator, ${dialect} dialect`, () => simulate(target, present(), dialect, extent));
    }
    await summary.step('events on the bus', () => hearOfUser(target, present()));
    await summary.step('token rotation under load', async () => {
      const old = present();
      const rotated = await hearOfTokens(target, old, () => rotateUnderLoad(target, old, extent));
      tenant = rotated.tenant;
      return rotated.counts;
    });
    await meanwhile(present());
    if (extent.isPatient) await summary.step('tenant pause, resume', () => pauseAndResume(target, present()));
    await summary.step('token revoke', () => revoke(target, present()));
  } finally {
    await summary.step('tenant delete', async () => {
      await operate(target, 'tenant', 'delete', id, '--yes');
    });
  }
};

/** How long a gateway may take to forget what it knew of a token. */
const FORGETS_WITHIN_SECONDS = 60;

/** Ends the token at once, the gateway's cache notwithstanding; a new one gets the tenant going again. */
const revoke = async (target: Target, tenant: TestTenant): Promise<string> => {
  const request = { method: 'GET', path: '/Users', query: { count: '1' } } as const;
  await call(tenant, request, 200);
  await operate(target, 'token', 'revoke', tenant.tenant, '--now');
  const revoked = Date.now();
  const client = new ScimClient(tenant.tenantUrl, tenant.token, 1);
  const patience = { seconds: FORGETS_WITHIN_SECONDS, signal: target.signal };
  await until(
    'a revoked token to be refused',
    patience,
    async () => (await client.send(request)).status === 401,
  );
  client.close();
  const seconds = (Date.now() - revoked) / 1000;
  await call(await operateToken(target, 'token', 'rotate', tenant.tenant), request, 200);
  return `refused after ${seconds.toFixed(1)} s`;
};

/** Plays Entra on the tenant, and throws when anything deviates. */
export const simulate = async (
  { signal }: Target,
  { tenantUrl, token }: TestTenant,
  dialect: string,
  { users, groups }: Extent,
): Promise<string> => {
  const size = ['--users', String(users), '--groups', String(groups), '--concurrency', '4'];
  const args = ['--url', tenantUrl, '--dialect', dialect, ...size];
  const printed = await runScript('bin/simulate.ts', args, { signal, env: { SCIM_TOKEN: token } });
  const [, requests] = /^all +(\d+)/m.exec(printed) ?? [];
  return `${requests} requests, no deviation`;
};
