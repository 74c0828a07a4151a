// Deletes the memberships of deleted users and groups. A group may have 100,000, so this is done in slices: each slice
// updates the tombstone, and the record of that update triggers the next one. An interrupted slice is retried with its
// record, so every write is idempotent.

import pMap from 'p-map';
import { now } from '../platform/clock.ts';
import type { Incarnation } from '../platform/tenant.ts';
import { removePending } from '../resources/change-resource.ts';
import {
  deleteMembershipOfLife,
  type Member,
  type MembershipOf,
  membershipKeys,
  walkGroupsOf,
  walkMembers,
} from '../resources/facets/members-table.ts';
import { getStored, touchGroup } from '../resources/resources-table.ts';
import { continueCleanup, type Tombstone } from '../resources/tombstones-table.ts';
import { groupType } from '../scim/schemas/resource-types.ts';
import { deleteItems } from '../table/batch-write.ts';
import type { BatchContext } from './batch-context.ts';
import { type Follower, type MembershipBudget, oneByOne } from './follower.ts';
import type { MembershipTableChange, PendingChange, TombstoneChange } from './table-change.ts';

const PARALLEL_WRITES = 16;

/** Cleans up after the changes one by one, because they share the budget. */
export const cleanUp: Follower = {
  name: 'cleanUp',
  wants: ({ kind }) => kind === 'membership' || kind === 'tombstone' || kind === 'pending',
  follow: (changes, context, budget) =>
    oneByOne(changes, async (change) => {
      // Deleting a tenant erases its memberships anyway.
      if (!context.isServed(change.tenant)) return;
      if (change.kind === 'membership') await deleteIfOrphaned(change, context);
      if (change.kind === 'tombstone') await deleteMemberships(change, budget);
      if (change.kind === 'pending' && !change.exists) await removeAbandonedPending(change);
    }),
};

/** Deletes a membership that was written while its group or member was being deleted. */
const deleteIfOrphaned = async (change: MembershipTableChange, context: BatchContext): Promise<void> => {
  if (!change.exists) return;
  const { tenant, groupId, member } = change;
  if (context.groupOf(change) !== 'gone' && context.memberOf(change) !== 'gone') return;
  await deleteMembershipOfLife(tenant, groupId, member);
};

/**
 * Deletes a slice when the tombstone is written, when the slice before updated it, and when it expires, which catches
 * memberships written late.
 */
const deleteMemberships = async (
  { tenant, tombstone }: TombstoneChange,
  budget: MembershipBudget,
): Promise<void> => {
  const finished = budget.left > 0 && (await deleteSlice(tenant, tombstone, budget));
  if (!finished) await continueCleanup(tenant, tombstone, now());
};

/** Deletes as many memberships as the budget allows; true when none is left. */
const deleteSlice = async (
  tenant: Incarnation,
  { id, typeName, life }: Tombstone,
  budget: MembershipBudget,
): Promise<boolean> => {
  const limit = budget.left;
  const members = typeName === 'Group' ? await firstPage(walkMembers(tenant, id, { limit })) : [];
  const groups = await firstPage(walkGroupsOf(tenant, id, { limit }));
  await deleteMembersOf(tenant, id, members);
  await removeFromGroups(tenant, id, life, groups);
  budget.left -= members.length + groups.length;
  return members.length < limit && groups.length < limit;
};

const firstPage = async <Value>(pages: AsyncGenerator<Value[], void, void>): Promise<readonly Value[]> => {
  const { value } = await pages.next();
  return value ?? [];
};

/**
 * A deleted group never comes back, so its memberships are deleted without a condition, 25 items a call. The items under
 * the group go last: a retry finds the rest by them.
 */
const deleteMembersOf = async (
  tenant: Incarnation,
  groupId: string,
  members: readonly Member[],
): Promise<void> => {
  const keys = members.map((member) => membershipKeys(tenant, groupId, member));
  await deleteItems(keys.flatMap(([, ...others]) => others));
  await deleteItems(keys.map(([underGroup]) => underGroup));
};

/**
 * Removes a deleted user or group from its groups. Each group's version is incremented, and again when an interrupted slice
 * is retried; no event is published.
 */
const removeFromGroups = async (
  tenant: Incarnation,
  id: string,
  life: number,
  groups: readonly MembershipOf[],
): Promise<void> => {
  const left = groups.filter((group) => group.life <= life);
  await pMap(
    left,
    async ({ groupId, type }) => {
      const countVersion = () => touchGroup(tenant, groupId, now());
      await deleteMembershipOfLife(tenant, groupId, { id, type, life }, countVersion);
    },
    { concurrency: PARALLEL_WRITES },
  );
};

/** Removes a group that is still pending when its marker expires: the request that created it never finished. */
const removeAbandonedPending = async ({ tenant, groupId }: PendingChange): Promise<void> => {
  const group = await getStored(tenant, groupType.name, groupId);
  if (group?.pendingSinceMs === undefined) return;
  await removePending({ tenant, type: groupType, principal: undefined }, group);
};
