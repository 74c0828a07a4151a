// scim tenant pause | resume | throttle: whether, and how fast, a tenant is served; with --all, every one.

import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { type Answer, moment } from '../command/answer.ts';
import { type Context, parseTenantId } from '../command/context.ts';
import { OperatorError, UsageError } from '../command/operator-error.ts';
import { ensureThrottleKey, tenantsWithoutThrottleKey } from '../deployment/throttle-keys.ts';

const loadSwitches = () => import('../../../lambdas/tenants/switches.ts');
const loadTenants = () => import('../../../lambdas/tenants/read-tenant.ts');

/** The tenant that was named, or undefined for --all. */
const readScope = ({ options }: Context, tenant: string | undefined): TenantId | undefined => {
  if ((tenant === undefined) === (options.all ?? false))
    return tenant === undefined ? undefined : parseTenantId(tenant);
  throw new UsageError('Name one tenant, or say --all for every one.');
};

const incarnationOf = async (id: TenantId | undefined) =>
  id && (await (await loadTenants()).readActiveTenant(id)).incarnation;

export const pauseTenant = async (context: Context, tenant: string | undefined): Promise<Answer> => {
  const id = readScope(context, tenant);
  const since = await (await loadSwitches()).pause(await incarnationOf(id));
  return {
    json: { tenant: id ?? null, paused: true, since },
    text:
      `${id ? `Tenant ${id}` : 'The whole deployment'} is paused since ${moment(since)}. Within a minute every SCIM ` +
      `request gets 403 with that reason.\n\`npm run scim -- tenant resume ${id ?? '--all'}\` ends it.`,
  };
};

export const resumeTenant = async (context: Context, tenant: string | undefined): Promise<Answer> => {
  const id = readScope(context, tenant);
  const wasPaused = await (await loadSwitches()).resume(await incarnationOf(id));
  const what = id ? `Tenant ${id}` : 'The deployment';
  return {
    json: { tenant: id ?? null, paused: false, wasPaused },
    text: wasPaused
      ? `${what} is served again within a minute. Entra goes on at its next cycle, or at once with Restart provisioning.`
      : `Nothing to do: ${what} was not paused.`,
  };
};

export const throttleTenant = async (context: Context, tenant: string | undefined): Promise<Answer> => {
  const id = readScope(context, tenant);
  const { outputs, name } = context.deployment;
  if (!outputs.UsagePlanId) {
    throw new OperatorError(`Nobody is throttled on ${name}: scim:tenantRequestsPerSecond is 0 there.`);
  }
  const asked = id
    ? [(await (await loadTenants()).readActiveTenant(id)).id]
    : await tenantsWithoutThrottleKey(outputs);
  const made: TenantId[] = [];
  for (const each of asked) if (await ensureThrottleKey(outputs, each)) made.push(each);
  return {
    json: { made },
    text: made.length
      ? `Made the keys of ${made.join(', ')}. It may take minutes until the gateway knows them everywhere.`
      : 'Nothing to do: every key was there.',
  };
};
