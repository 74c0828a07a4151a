// Limits the costly requests of a tenant, so that its walks do not take the functions from all the others: so many
// at a time, and so much read in a minute. Nobody waits. Look-ups, pages as identity providers read them, and PATCH never
// count.

import * as v from 'valibot';
import { noteLoss } from '../../platform/dispensable.ts';
import { readEnvironment } from '../../platform/environment.ts';
import { tooManyRequests } from '../../scim/errors/errors.ts';
import { type Incarnation, tenantOf } from '../../tenants/tenant.ts';
import { givePlaceBack, PLACES, type Taken, takePlace } from './work-table.ts';

const { TENANT_SEARCH_MB_PER_MINUTE: megabytesPerMinute } = readEnvironment({
  TENANT_SEARCH_MB_PER_MINUTE: v.optional(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)), '600'),
});

/** Whose work it is. */
export interface AsksOf {
  readonly tenant: Incarnation;
}

/** Hears how much of the table was read. */
export type OnBytes = (bytes: number) => void;

type Work<Result> = (onBytes: OnBytes) => Promise<Result>;

/**
 * Does `work`, which reports what it reads. A costly one takes one of the tenant's places first; throws 429 when all are taken,
 * or when the tenant has read its share of this minute. When the places cannot be written down, the work is done uncounted.
 */
export const withWork = async <Result>(
  { tenant }: AsksOf,
  costly: boolean,
  work: Work<Result>,
): Promise<Result> => {
  if (!costly) return work(() => {});
  const taken = await take(tenant);
  if (taken === 'allTaken') {
    throw tooManyRequests(
      'tooMuchAtOnce',
      1,
    )`${PLACES} searches and bulk requests of this tenant are running. Repeat this one when they have ended.`;
  }
  if (taken === 'tooMuchRead') {
    throw tooManyRequests(
      'tooMuchRead',
      30,
    )`This tenant has searched through ${megabytesPerMinute} MB within a minute. Repeat the request in the next one.`;
  }
  let bytes = 0;
  try {
    return await work((more) => {
      bytes += more;
    });
  } finally {
    if (taken) {
      await givePlaceBack(tenant, taken, bytes, Date.now()).catch((error: unknown) =>
        noteLoss('WorkPlace', error, { tenant: tenantOf(tenant) }),
      );
    }
  }
};

/** Undefined when the table does not say: the request goes on uncounted. */
const take = async (tenant: Incarnation): Promise<Taken | undefined> => {
  try {
    return await takePlace(tenant, megabytesPerMinute * 1_000_000, Date.now());
  } catch (error) {
    noteLoss('WorkPlace', error, { tenant: tenantOf(tenant) });
    return undefined;
  }
};
