// A write that was under way when its tenant was deleted may be made afterwards, in the name of an incarnation that is no
// more. Nobody ever sees it, and nothing of it stays: what its record shows goes again.

import { keysOf } from '../resources/members-table.ts';
import { claimItemKey } from '../resources/resource-item.ts';
import { deleteItems } from '../table/batch-write.ts';
import type { Key } from '../table/transact.ts';
import { eachAlone, type Follower } from './follower.ts';
import type { TableChange } from './table-change.ts';

export const eraseDead: Follower = {
  name: 'eraseDead',
  wants: ({ kind, is }) => is && kind !== 'tenant',
  follow: (changes, context) =>
    eachAlone(
      changes.filter(({ tenant }) => context.isDead(tenant)),
      (change) => deleteItems(itemsShown(change)),
    ),
};

/** The item of a record, and those that it says belong to it. */
const itemsShown = (change: TableChange): readonly Key[] => {
  const { tenant, key } = change;
  if (change.kind === 'membership') return keysOf(tenant, change.groupId, change.member);
  if (change.kind !== 'resource') return [key];
  const { typeName, id, after } = change;
  return [...(after?.claims ?? []).map((claim) => claimItemKey(tenant, typeName, claim, id)), key];
};
