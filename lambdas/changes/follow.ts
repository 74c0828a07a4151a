// What follows from changes of the table, after they have been answered.

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

/** About a second of work; other changes in the same lane of the stream wait that long. */
const MEMBERSHIPS_PER_INVOCATION = 4_000;

/**
 * Does what follows from `changes`, in their order, and writes or publishes at most about so many memberships at once;
 * answers with the changes that are not done and must be delivered again.
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
