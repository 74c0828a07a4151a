// A tenant, or the whole deployment, paused and resumed. Every function notices within a minute.

import { forgetDeploymentPause } from './admission.ts';
import { forgetSettings } from './settings.ts';
import * as switches from './switches-table.ts';
import type { Incarnation } from './tenant.ts';

/**
 * Refuses every SCIM request of the tenant, or without one of all; answers since when (RFC 3339), which is the time of an
 * earlier pause if there is one.
 */
export const pause = async (tenant: Incarnation | undefined): Promise<string> => {
  const now = new Date().toISOString();
  const isNew = tenant ? await switches.pauseTenant(tenant, now) : await switches.pauseDeployment(now);
  forget(tenant);
  if (isNew) return now;
  const since = tenant ? await pausedSince(tenant) : await switches.findDeploymentPause();
  return since ?? now;
};

const pausedSince = async (tenant: Incarnation): Promise<string | undefined> => {
  const closure = await switches.findClosure(tenant);
  return closure?.reason === 'paused' ? closure.since : undefined;
};

/** Ends the pause of the tenant, or of all; false when there was none. Tenants that were paused themselves stay so. */
export const resume = async (tenant: Incarnation | undefined): Promise<boolean> => {
  const wasPaused = tenant ? await switches.resumeTenant(tenant) : await switches.resumeDeployment();
  forget(tenant);
  return wasPaused;
};

const forget = (tenant: Incarnation | undefined) =>
  tenant ? forgetSettings(tenant) : forgetDeploymentPause();
