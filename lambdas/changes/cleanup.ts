// Deletes the memberships of deleted groups and members. A group may have 100,000, so the work is done in slices: that some
// are left is noted in the table, and the record of that note brings the next slice. Whatever is cut off is repeated with
// its record, and every write may be repeated.

import pMap from 'p-map';
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
import type { Incarnation } from '../tenants/tenant.ts';
import type { BatchContext } from './batch-context.ts';
import { type Allowance, eachAlone, type Follower } from './follower.ts';
import type { MembershipTableChange, PendingChange, TombstoneChange } from './table-change.ts';

const PARALLEL_WRITES = 16;

/** Cleans up after each change, one after the other, because they share the allowance. */
export const cleanUp: Follower = {
  name: 'cleanUp',
  wants: ({ kind }) => kind === 'membership' || kind === 'tombstone' || kind === 'pending',
  follow: (changes, context, allowance) =>
    eachAlone(changes, async (change) => {
      // The deletion of a tenant erases its memberships itself.
      if (!context.isServed(change.tenant)) return;
      if (change.kind === 'membership') await checkMembership(change, context);
      if (change.kind === 'tombstone') await sweep(change, allowance);
      if (change.kind === 'pending' && !change.exists) await removeUnborn(change);
    }),
};

/** Deletes a membership that was written while its group or member was being deleted. */
const checkMembership = async (change: MembershipTableChange, context: BatchContext): Promise<void> => {
  if (!change.exists) return;
  const { tenant, groupId, member } = change;
  if (context.groupOf(change) !== 'gone' && context.memberOf(change) !== 'gone') return;
  await deleteMembershipOfLife(tenant, groupId, member);
};

/** Does a slice whenever a tombstone is made, changed by the slice before, or expires, which is when late ones are found. */
const sweep = async ({ tenant, tombstone }: TombstoneChange, allowance: Allowance): Promise<void> => {
  const finished = allowance.left > 0 && (await sweepSlice(tenant, tombstone, allowance));
  if (!finished) await continueCleanup(tenant, tombstone, Date.now());
};

/** Deletes as many memberships as the allowance has; true when none is left. */
const sweepSlice = async (
  tenant: Incarnation,
  { id, typeName, life }: Tombstone,
  allowance: Allowance,
): Promise<boolean> => {
  const limit = allowance.left;
  const members = typeName === 'Group' ? await firstPage(walkMembers(tenant, id, { limit })) : [];
  const groups = await firstPage(walkGroupsOf(tenant, id, { limit }));
  await deleteMembersOf(tenant, id, members);
  await leaveGroups(tenant, id, life, groups);
  allowance.left -= members.length + groups.length;
  return members.length < limit && groups.length < limit;
};

const firstPage = async <Value>(pages: AsyncGenerator<Value[], void, void>): Promise<readonly Value[]> => {
  const { value } = await pages.next();
  return value ?? [];
};

/**
 * A deleted group never comes back, so its memberships need no condition and go 25 items a call. The side by which they are
 * found goes last, so that a repetition finds what was cut off.
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
 * Takes a deleted user or group out of its groups. Each group's version counts up, once more where that was cut off;
 * the product hears nothing of it.
 */
const leaveGroups = async (
  tenant: Incarnation,
  id: string,
  life: number,
  groups: readonly MembershipOf[],
): Promise<void> => {
  const left = groups.filter((group) => group.life <= life);
  await pMap(
    left,
    async ({ groupId, type }) => {
      const countVersion = () => touchGroup(tenant, groupId, Date.now());
      await deleteMembershipOfLife(tenant, groupId, { id, type, life }, countVersion);
    },
    { concurrency: PARALLEL_WRITES },
  );
};

/** Removes a group that is still pending when its note expires: its creator died. */
const removeUnborn = async ({ tenant, groupId }: PendingChange): Promise<void> => {
  const group = await getStored(tenant, groupType.name, groupId);
  if (group?.pendingSince === undefined) return;
  await removePending({ tenant, type: groupType, principal: undefined }, group);
};
