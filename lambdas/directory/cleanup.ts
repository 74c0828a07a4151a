// Memberships whose group or member is gone do not survive it. A group may have 100,000 members, so the work is done in
// slices: what is left of one is noted in the table, and the record of that note brings the next. Whatever is cut off
// is repeated with its record, and every write may be repeated.

import { continueCleanup, noteUnborn } from '../store/departures.ts';
import { deleteMembers } from '../store/members.ts';
import { findExisting } from '../store/resources.ts';
import { sweepMemberships } from '../store/sweep.ts';
import type { DepartureChange, MembershipChange, TableChange, UnbornChange } from '../store/table-changes.ts';
import type { Circumstances } from './circumstances.ts';

/** About a second of work; other changes in the same lane of the stream wait that long. */
export const MEMBERSHIPS_PER_INVOCATION = 4_000;

/** How many memberships one invocation may still delete. */
export interface Allowance {
  left: number;
}

/** Does what the change leaves to be done. */
export const cleanUpAfter = async (
  change: TableChange,
  circumstances: Circumstances,
  allowance: Allowance,
): Promise<void> => {
  if (change.kind === 'membership') await checkMembership(change, circumstances);
  if (change.kind === 'departure') await sweep(change, change.id, change.leftAtMs, allowance);
  if (change.kind === 'unborn' && change.expired) await sweepUnborn(change, allowance);
};

/** A membership that was written while its group or member was being deleted goes again. */
const checkMembership = async (change: MembershipChange, circumstances: Circumstances): Promise<void> => {
  if (!change.is) return;
  const { tenant, groupId, member } = change;
  if (circumstances.isUnborn(change)) await noteUnborn(tenant, groupId, Date.now());
  else if (!circumstances.hasBothSides(change)) await deleteMembers(tenant, groupId, [member.id]);
};

/**
 * The note of a departure is made by the deletion, changed by each slice, and expires: then the index, which may have
 * been late to show a membership, is asked once more.
 */
const sweep = async (
  { tenant }: DepartureChange | UnbornChange,
  id: string,
  leftAtMs: number,
  allowance: Allowance,
): Promise<void> => {
  const { deleted, finished } =
    allowance.left > 0 ? await sweepMemberships(tenant, id, allowance.left) : { deleted: 0, finished: false };
  allowance.left -= deleted;
  if (!finished) await continueCleanup(tenant, id, leftAtMs, Date.now());
};

/** A group that is still not there when its note expires was never created, or is deleted by now. */
const sweepUnborn = async (change: UnbornChange, allowance: Allowance): Promise<void> => {
  const { tenant, groupId, atMs } = change;
  const [found] = await findExisting(tenant, 'Group', [groupId]);
  if (!found) await sweep(change, groupId, atMs, allowance);
};
