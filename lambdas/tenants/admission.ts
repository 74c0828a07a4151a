// Admits or refuses a request, before it is routed: a client of a paused tenant must never see a 404, or it would conclude
// that its users are gone.

import { reportLostWrite } from '../platform/best-effort.ts';
import { now } from '../platform/clock.ts';
import { staleIfErrorCache } from '../platform/stale-if-error-cache.ts';
import { storeTimeoutMs } from '../platform/store-timeout.ts';
import { type Incarnation, partsOf } from '../platform/tenant.ts';
import { forbidden, loggable } from '../scim/errors/errors.ts';
import { recordUse } from './activity-table.ts';
import type { Principal } from './principal.ts';
import { settingsOf } from './settings.ts';
import { findDeploymentPause } from './switches-table.ts';

const deployment = staleIfErrorCache('The switch of the deployment', (_: 'deployment') =>
  findDeploymentPause(),
);

/** To be called after pausing or resuming the deployment. */
export const evictDeploymentPause = (): void => deployment.evict('deployment');

/**
 * Throws 403 while the tenant or the whole deployment is paused, or when the tenant is deleted, or the token ended. Records the use of the key,
 * once an hour, but writes nothing for a deleted tenant. All of it is cached for a minute.
 */
export const admit = async ({ tenant, keyId }: Principal): Promise<void> => {
  const [{ closure, endedKeys }, pausedSince] = await Promise.all([
    settingsOf(tenant),
    deployment.get('deployment'),
  ]);
  const isGone = closure?.reason === 'deleted';
  if (!isGone) await recordUseHourly(tenant, keyId);
  if (pausedSince !== undefined) throw paused('This service', pausedSince);
  if (isGone) {
    throw forbidden('closedDeleted')`This tenant was deleted: switch its provisioning off in Entra.`;
  }
  if (endedKeys.includes(keyId)) {
    throw forbidden(
      'tokenEnded',
    )`This secret token was ended by the operator: paste the current one into Entra.`;
  }
  if (closure) throw paused('This tenant', closure.since);
};

const paused = (what: string, since: string) =>
  forbidden(
    'closedPaused',
  )`${loggable(what)} has been paused by its operator since ${loggable(since)}. Nothing is read or changed until it is resumed; Entra then continues on its own, or with Restart provisioning.`;

const RECORD_INTERVAL_MS = 60 * 60 * 1000;

/** A write that takes longer is left to the next request. */
const RECORD_TIMEOUT_MS = storeTimeoutMs(250);

const MAX_RECORDED = 10_000;
const recordedAtMs = new Map<string, number>();

const recordUseHourly = async (tenant: Incarnation, keyId: string): Promise<void> => {
  const nowMs = now();
  const key = `${tenant} ${keyId}`;
  if (nowMs - (recordedAtMs.get(key) ?? 0) < RECORD_INTERVAL_MS) return;
  if (recordedAtMs.size >= MAX_RECORDED) recordedAtMs.clear();
  recordedAtMs.set(key, nowMs);
  const limits = { intervalMs: RECORD_INTERVAL_MS, timeoutMs: RECORD_TIMEOUT_MS };
  await recordUse(tenant, keyId, nowMs, limits).catch((error: unknown) => {
    recordedAtMs.delete(key);
    reportLostWrite('TokenUse', error, { ...partsOf(tenant), keyId });
  });
};
