// pause, resume and throttle take one tenant, or --all.

import type { Incarnation, TenantId } from '../../../lambdas/platform/tenant.ts';
import type { Context } from '../command/context.ts';
import { UsageError } from '../errors/operator-error.ts';

/** Throws a `UsageError` unless exactly one of the two was given. */
export const requireScope = (tenant: TenantId | undefined, { options }: Context<{ all?: boolean }>): void => {
  if ((tenant === undefined) === (options.all ?? false)) return;
  throw new UsageError('Name one tenant, or pass --all.');
};

/** The incarnation of an active tenant; undefined for --all. */
export const incarnationInScope = async (tenant: TenantId | undefined): Promise<Incarnation | undefined> => {
  if (tenant === undefined) return undefined;
  const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
  return (await readActiveTenant(tenant)).incarnation;
};
