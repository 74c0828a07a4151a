// Limits the costly requests of a tenant, so that it does not starve the others: how many run at a time, and how much they
// read per minute. Requests over the limit are refused, not queued. Look-ups, pages of the size that identity providers read,
// and PATCH do not count.

import * as v from 'valibot';
import { reportLostWrite } from '../../platform/best-effort.ts';
import { now } from '../../platform/clock.ts';
import { readEnvironment } from '../../platform/environment.ts';
import { type Incarnation, tenantOf } from '../../platform/tenant.ts';
import { tooManyRequests } from '../../scim/errors/errors.ts';
import { releaseSlot, SLOTS, type SlotResult, takeSlot } from './slots-table.ts';

const { TENANT_SEARCH_MB_PER_MINUTE: megabytesPerMinute } = readEnvironment({
  TENANT_SEARCH_MB_PER_MINUTE: v.optional(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)), '600'),
});

/** Called with the number of bytes read from the table. */
export type OnBytes = (bytes: number) => void;

type Work<Result> = (onBytes: OnBytes) => Promise<Result>;

/**
 * Runs `work`, which reports the bytes that it reads. Costly work takes one of the tenant's slots first; throws 429 if all
 * are taken, or if the tenant has used up its bytes for this minute. If no slot can be written, the work runs uncounted.
 */
export const withTenantSlot = async <Result>(
  tenant: Incarnation,
  costly: boolean,
  work: Work<Result>,
): Promise<Result> => {
  if (!costly) return work(() => {});
  const taken = await take(tenant);
  if (taken === 'allTaken') {
    throw tooManyRequests(
      'tooMuchAtOnce',
      1,
    )`${SLOTS} searches and bulk requests of this tenant are running. Repeat this one when they have ended.`;
  }
  if (taken === 'tooMuchRead') {
    throw tooManyRequests(
      'tooMuchRead',
      30,
    )`This tenant has searched through ${megabytesPerMinute} MB within a minute. Retry in a minute.`;
  }
  let bytes = 0;
  try {
    return await work((more) => {
      bytes += more;
    });
  } finally {
    if (taken) {
      await releaseSlot(tenant, taken, bytes, now()).catch((error: unknown) =>
        reportLostWrite('Slot', error, { tenant: tenantOf(tenant) }),
      );
    }
  }
};

/** Undefined if the table fails: the request runs uncounted. */
const take = async (tenant: Incarnation): Promise<SlotResult | undefined> => {
  try {
    return await takeSlot(tenant, megabytesPerMinute * 1_000_000, now());
  } catch (error) {
    reportLostWrite('Slot', error, { tenant: tenantOf(tenant) });
    return undefined;
  }
};
