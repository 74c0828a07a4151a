// Whether a request is answered at all, asked before anybody looks at what it wants: a client that finds nothing at a
// path, while its tenant is paused, would take that for an answer and forget its users.

import { noteLoss } from '../platform/dispensable.ts';
import { keptCache } from '../platform/kept-cache.ts';
import { patienceMs } from '../platform/patience.ts';
import { forbidden, word } from '../scim/errors/errors.ts';
import { recordUse } from './activity-table.ts';
import type { Principal } from './principal.ts';
import { settingsOf } from './settings.ts';
import { findDeploymentPause } from './switches-table.ts';
import { type Incarnation, partsOf } from './tenant.ts';

const deployment = keptCache('The switch of the deployment', (_: 'deployment') => findDeploymentPause());

/** For whoever has just closed or opened the deployment. */
export const forgetDeploymentPause = (): void => deployment.forget('deployment');

/**
 * Throws 403 while the tenant or the whole deployment is closed, and notes at most once an hour that the key was used, unless
 * the tenant is gone: nothing is written of it any more. Both switches are read once a minute, so they take effect within one.
 */
export const admit = async ({ tenant, keyId }: Principal): Promise<void> => {
  const [{ closure }, pausedSince] = await Promise.all([settingsOf(tenant), deployment.get('deployment')]);
  const isGone = closure?.reason === 'deleted';
  if (!isGone) await noteUse(tenant, keyId);
  if (pausedSince !== undefined) throw paused('This service', pausedSince);
  if (isGone) {
    throw forbidden('closedDeleted')`This tenant was deleted: switch its provisioning off in Entra.`;
  }
  if (closure) throw paused('This tenant', closure.since);
};

const paused = (what: string, since: string) =>
  forbidden(
    'closedPaused',
  )`${word(what)} has been paused by its operator since ${word(since)}. Nothing is read or changed until it is resumed; Entra then goes on by itself, or with Restart provisioning.`;

const NOTED_EVERY_MILLISECONDS = 60 * 60 * 1000;

/** A note that takes longer is left to the next request. */
const NOTE_WITHIN_MILLISECONDS = patienceMs(250);

const NOTES = 10_000;
const noted = new Map<string, number>();

const noteUse = async (tenant: Incarnation, keyId: string): Promise<void> => {
  const now = Date.now();
  const key = `${tenant} ${keyId}`;
  if (now - (noted.get(key) ?? 0) < NOTED_EVERY_MILLISECONDS) return;
  if (noted.size >= NOTES) noted.clear();
  noted.set(key, now);
  const limits = { intervalMs: NOTED_EVERY_MILLISECONDS, timeoutMs: NOTE_WITHIN_MILLISECONDS };
  await recordUse(tenant, keyId, now, limits).catch((error: unknown) => {
    noted.delete(key);
    noteLoss('TokenUse', error, { ...partsOf(tenant), keyId });
  });
};
