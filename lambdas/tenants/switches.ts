// Pauses and resumes a tenant, or the whole deployment. It takes effect everywhere within a minute.

import { timestamp } from '../platform/clock.ts';
import type { Incarnation } from '../platform/tenant.ts';
import { evictDeploymentPause } from './admission.ts';
import { evictSettings } from './settings.ts';
import * as switches from './switches-table.ts';

/**
 * Pauses the tenant, or without one the deployment: every SCIM request is refused. Answers since when (RFC 3339); an earlier
 * pause keeps its time.
 */
export const pause = async (tenant: Incarnation | undefined): Promise<string> => {
  const now = timestamp();
  const isNew = tenant ? await switches.pauseTenant(tenant, now) : await switches.pauseDeployment(now);
  evict(tenant);
  if (isNew) return now;
  const since = tenant ? await pausedSince(tenant) : await switches.findDeploymentPause();
  return since ?? now;
};

const pausedSince = async (tenant: Incarnation): Promise<string | undefined> => {
  const closure = await switches.findClosure(tenant);
  return closure?.reason === 'paused' ? closure.since : undefined;
};

/** Resumes the tenant, or the deployment; false when it was not paused. Resuming the deployment leaves paused tenants paused. */
export const resume = async (tenant: Incarnation | undefined): Promise<boolean> => {
  const wasPaused = tenant ? await switches.resumeTenant(tenant) : await switches.resumeDeployment();
  evict(tenant);
  return wasPaused;
};

const evict = (tenant: Incarnation | undefined) => (tenant ? evictSettings(tenant) : evictDeploymentPause());
