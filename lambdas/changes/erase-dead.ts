// A request that was under way when its tenant was deleted may still write, under an incarnation that no longer exists.
// Nobody ever sees that, and it does not stay: the items that its record shows are deleted.

import { membershipKeys } from '../resources/facets/members-table.ts';
import { claimItemKey } from '../resources/resource-item.ts';
import { deleteItems } from '../table/batch-write.ts';
import type { Key } from '../table/transact.ts';
import { eachAlone, type Follower } from './follower.ts';
import type { TableChange } from './table-change.ts';

/** Deletes what was written for tenants that are gone. */
export const eraseDead: Follower = {
  name: 'eraseDead',
  wants: ({ kind, exists }) => exists && kind !== 'tenant',
  follow: (changes, context) =>
    eachAlone(
      changes.filter(({ tenant }) => context.isDead(tenant)),
      (change) => deleteItems(itemsShown(change)),
    ),
};

/** The item of a record, and the items that belong to it. */
const itemsShown = (change: TableChange): readonly Key[] => {
  const { tenant, key } = change;
  if (change.kind === 'membership') return membershipKeys(tenant, change.groupId, change.member);
  if (change.kind !== 'resource') return [key];
  const { typeName, id, after } = change;
  return [...(after?.claims ?? []).map((claim) => claimItemKey(tenant, typeName, claim, id)), key];
};
