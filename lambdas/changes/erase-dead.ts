// A request in flight while its tenant is deleted may still write under an incarnation that no longer exists. Nobody can
// read those items; this deletes them by their stream records.

import { membershipKeys } from '../resources/facets/members-table.ts';
import { claimItemKey } from '../resources/resource-item.ts';
import { deleteItems } from '../table/batch-write.ts';
import type { Key } from '../table/transact.ts';
import { type Follower, oneByOne } from './follower.ts';
import type { TableChange } from './table-change.ts';

/** Deletes items written for tenants that no longer exist. */
export const eraseDead: Follower = {
  name: 'eraseDead',
  wants: ({ kind, exists }) => exists && kind !== 'tenant',
  follow: (changes, context) =>
    oneByOne(
      changes.filter(({ tenant }) => context.isDead(tenant)),
      (change) => deleteItems(itemsShown(change)),
    ),
};

/** The changed item, and the items that belong to it. */
const itemsShown = (change: TableChange): readonly Key[] => {
  const { tenant, key } = change;
  if (change.kind === 'membership') return membershipKeys(tenant, change.groupId, change.member);
  if (change.kind !== 'resource') return [key];
  const { typeName, id, after } = change;
  return [...(after?.claims ?? []).map((claim) => claimItemKey(tenant, typeName, claim, id)), key];
};
