// A tenant, or the whole deployment, paused and resumed. Every function notices within a minute.

import type { TenantId } from '../tenants/tenant.ts';
import { type Closure, close, findClosure, open } from '../store/switches.ts';
import { forgetDeploymentClosure } from './admission.ts';
import { forgetSettings } from './tenant-settings.ts';
import { readActiveTenant } from './tenants.ts';

/** Refuses every SCIM request of the tenant, or without one of all; answers with the pause, the earlier one if any. */
export const pause = async (tenant: TenantId | undefined): Promise<Closure> => {
  if (tenant) await readActiveTenant(tenant);
  const closure: Closure = { reason: 'paused', since: new Date().toISOString() };
  const closed = await close(tenant, closure);
  forget(tenant);
  return closed ? closure : ((await findClosure(tenant)) ?? closure);
};

/** Ends the pause of the tenant, or of all; false when there was none. Tenants that were paused themselves stay so. */
export const resume = async (tenant: TenantId | undefined): Promise<boolean> => {
  if (tenant) await readActiveTenant(tenant);
  const opened = await open(tenant);
  forget(tenant);
  return opened;
};

const forget = (tenant: TenantId | undefined) =>
  tenant ? forgetSettings(tenant) : forgetDeploymentClosure();
