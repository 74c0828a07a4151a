// Every hour: finds the customers that have stopped sending requests, and publishes `tenant.silent` once per silence.
//
// For 1,000 tenants it takes about 1,050 read units: one for the activity of each, some 50 for the list of tenants, and one
// for the state of each that is silent. That is 0.8 million a month.

import { createHash } from 'node:crypto';
import { publish } from '../events/bus.ts';
import { EVENT_FORMAT } from '../events/event.ts';
import { timestamp } from '../platform/clock.ts';
import { logInfo } from '../platform/log.ts';
import { type Incarnation, partsOf } from '../platform/tenant.ts';
import {
  forgetOldKeys,
  hasOldKeys,
  noteSilencePublished,
  readActivities,
} from '../tenants/activity-table.ts';
import { listTenants } from '../tenants/read-tenant.ts';
import { silentSince } from '../tenants/silence.ts';
import { findClosures } from '../tenants/switches-table.ts';

/** Returns the number of silent tenants; `nowMs` in milliseconds. Rejects when the table cannot be read. Idempotent. */
export const watchSilence = async (nowMs: number): Promise<number> => {
  const tenants = (await listTenants()).filter(({ state }) => state === 'active');
  const activities = await readActivities(tenants.map(({ incarnation }) => incarnation));
  for (const [index, activity] of activities.entries()) {
    const tenant = tenants[index];
    if (tenant && hasOldKeys(activity)) await forgetOldKeys(tenant.incarnation, activity);
  }
  const quiet = tenants.flatMap(({ incarnation }, index) => {
    const activity = activities[index];
    const since = activity && silentSince(activity, undefined, nowMs);
    return since
      ? [{ incarnation, since, isPublished: activity.silencePublishedFor === since.getTime() }]
      : [];
  });
  const closures = await findClosures(quiet.map(({ incarnation }) => incarnation));
  const silent = quiet.filter((_, index) => !closures[index]);
  for (const { incarnation, since, isPublished } of silent)
    if (!isPublished) await publishSilence(incarnation, since, nowMs);
  return silent.length;
};

const publishSilence = async (tenant: Incarnation, since: Date, nowMs: number): Promise<void> => {
  const parts = partsOf(tenant);
  const silence = `${tenant}/${since.getTime()}/tenant.silent`;
  logInfo('tenant silent', { ...parts, since: since.toISOString() });
  const refused = await publish([
    {
      version: EVENT_FORMAT,
      type: 'tenant.silent',
      id: createHash('sha256').update(silence).digest('hex').slice(0, 32),
      ...parts,
      time: timestamp(nowMs),
      orderingKey: `${parts.tenant}/silence`,
      sequence: String(nowMs),
      resource: { type: 'Tenant', id: parts.tenant },
    },
  ]);
  if (refused.length === 0) await noteSilencePublished(tenant, since);
};
