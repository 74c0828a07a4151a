// Hands the changes of a batch to each follower, after the requests that made them were answered.

import { logError } from '../platform/log.ts';
import { tenantOf } from '../tenants/tenant.ts';
import { readContext } from './batch-context.ts';
import { cleanUp } from './cleanup.ts';
import { countResources } from './count.ts';
import { eraseDead } from './erase-dead.ts';
import type { Follower } from './follower.ts';
import { publishEvents } from './publish.ts';
import type { TableChange } from './table-change.ts';

/** In this order. */
const followers: readonly Follower[] = [publishEvents, countResources, cleanUp, eraseDead];

/** About a second of work; other changes in the same shard of the stream wait that long. */
const MEMBERSHIPS_PER_INVOCATION = 4_000;

/**
 * Has every follower act on `changes`, in their order; about `maxMemberships` memberships are written or published at most.
 * Answers with the changes that are not done and must be delivered again.
 */
export const followChanges = async (
  changes: readonly TableChange[],
  maxMemberships = MEMBERSHIPS_PER_INVOCATION,
): Promise<ReadonlySet<TableChange>> => {
  const context = await readContext(changes);
  const allowance = { left: maxMemberships };
  const undone = new Set<TableChange>();
  for (const { name, wants, follow } of followers) {
    for (const { change, error } of await follow(changes.filter(wants), context, allowance)) {
      const { tenant, kind } = change;
      logError('What follows from a change is not done.', error, {
        follower: name,
        tenant: tenantOf(tenant),
        kind,
      });
      undone.add(change);
    }
  }
  return undone;
};
