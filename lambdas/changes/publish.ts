// Publishes an event on the bus for each change that has one. Of a group that was created with members the group is
// published first, then its members, page by page however many there are, for as long as the group is there.

import { publish } from '../events/bus.ts';
import type { BusinessEvent } from '../events/event.ts';
import { isErrorOfAws } from '../platform/aws-errors.ts';
import { type Member, walkMembers } from '../resources/facets/members-table.ts';
import { type MembershipSide, Reader } from '../resources/reader.ts';
import { groupType, userType } from '../scim/schemas/resource-types.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { endAnnouncement, noteAnnounced } from './announcements-table.ts';
import type { BatchContext } from './batch-context.ts';
import { bornMemberEvent, eventOf } from './business-events.ts';
import { type Allowance, eachAlone, type Follower, type Undone } from './follower.ts';
import type { AnnouncementChange, ResourceTableChange, TableChange } from './table-change.ts';

/**
 * Publishes the events of changes, and the members of groups that became visible, in the order of the records: a group,
 * its members, and then what came later.
 */
export const publishEvents: Follower = {
  name: 'publishEvents',
  wants: () => true,
  follow: async (changes, context, allowance) => {
    const undone: Undone[] = [];
    const announced: Announced = new Map();
    for (const part of cutBehind(changes, (change) => announces(change, context))) {
      undone.push(...(await tell(part, context, announced)));
      const announcing = part.filter((change) => announces(change, context));
      undone.push(...(await eachAlone(announcing, (change) => announce(change, allowance))));
      for (const change of announcing) remember(announced, change);
    }
    return undone;
  },
};

/** The changes in parts, each of which ends with one of those that `isLast` names. */
const cutBehind = <Change>(changes: readonly Change[], isLast: (change: Change) => boolean): Change[][] => {
  const ends = changes.flatMap((change, place) => (isLast(change) ? place + 1 : []));
  return [0, ...ends].map((from, index) => changes.slice(from, ends[index]));
};

/** Behind which member the members of a group were published earlier in the batch. */
type Announced = Map<string, string>;

const groupIn = (tenant: Incarnation, groupId: string) => `${tenant}/${groupId}`;

const remember = (announced: Announced, change: TableChange): void => {
  if (change.kind !== 'born' && change.kind !== 'resource') return;
  const isNote = change.kind === 'born';
  const group = groupIn(change.tenant, isNote ? change.groupId : change.id);
  if (!announced.has(group)) announced.set(group, isNote ? change.after : '');
};

/** Publishes the events of the changes themselves. */
const tell = async (
  changes: readonly TableChange[],
  context: BatchContext,
  announced: Announced,
): Promise<readonly Undone[]> => {
  const told = changes.flatMap((change) => {
    const event = eventOf(change, context);
    return event ? [...addedBefore(change, announced), event].map((each) => ({ change, event: each })) : [];
  });
  const refused = new Map(
    (await publish(told.map(({ event }) => event))).map(({ event, error }) => [event, error]),
  );
  return told.flatMap(({ change, event }) => {
    const error = refused.get(event);
    return error ? [{ change, error }] : [];
  });
};

/**
 * The addition that goes before the removal of a member that the creation wrote. The member had left when the members
 * were published earlier in this batch, so they were without it; should it have been told before, this is the same event.
 */
const addedBefore = (change: TableChange, announced: Announced): readonly BusinessEvent[] => {
  if (change.kind !== 'membership' || change.exists || !change.born) return [];
  const { tenant, groupId, member } = change;
  const after = announced.get(groupIn(tenant, groupId));
  return after !== undefined && member.id > after ? [bornMemberEvent(change, groupId, member)] : [];
};

/** Whether a change has the members of a new group published: it became visible, or its note says that some are left. */
const announces = (change: TableChange, context: BatchContext): boolean =>
  context.isServed(change.tenant) && (becameVisible(change) || (change.kind === 'born' && change.exists));

const becameVisible = (change: TableChange): change is ResourceTableChange =>
  change.kind === 'resource' &&
  change.before?.pendingSince !== undefined &&
  change.after !== undefined &&
  change.after.pendingSince === undefined;

const announce = async (change: TableChange, allowance: Allowance): Promise<void> => {
  if (change.kind === 'born') {
    const { groupId, life, after } = change;
    await announceMembers(change, { id: groupId, life }, after, allowance);
  }
  if (change.kind === 'resource' && change.after) await announceMembers(change, change.after, '', allowance);
};

/** Members that are read and published at a time. */
const PAGE_SIZE = 500;

/**
 * Publishes the members behind `after` that the creation wrote; when the allowance ends, a note has the rest published.
 * Each page is told only while the group is there: nothing is told of it after its deletion.
 */
const announceMembers = async (
  change: AnnouncementChange | ResourceTableChange,
  group: MembershipSide,
  after: string,
  allowance: Allowance,
): Promise<void> => {
  const { tenant } = change;
  const from = { limit: PAGE_SIZE, ...(after !== '' && { after }) };
  let last = after;
  for await (const page of walkMembers(tenant, group.id, from)) {
    const reader = new Reader(tenant);
    const present = await findPresent(reader, page);
    if (present.length > 0 && (await reader.get(groupType, group.id))?.life !== group.life) break;
    const events = present.map((member) => bornMemberEvent(change, group.id, member));
    const refused = await publish(events);
    // The bus's own fault goes before an event's: what else is wrong shows when the bus takes events again.
    const first = refused.find(({ error }) => isErrorOfAws(error)) ?? refused[0];
    if (first) throw first.error;
    allowance.left -= page.length;
    last = page.at(-1)?.id ?? last;
    if (allowance.left <= 0) return noteAnnounced(tenant, group, last);
  }
  if (change.kind === 'born') await endAnnouncement(tenant, group.id);
};

/** Those members that the creation wrote and that still exist. */
const findPresent = async (reader: Reader, members: readonly Member[]): Promise<Member[]> => {
  const born = members.filter((member) => member.atCreation);
  const ids = born.map(({ id }) => id);
  const users = await reader.many(userType, ids);
  const known = new Set(users.map(({ id }) => id));
  const groups = await reader.many(
    groupType,
    ids.filter((id) => !known.has(id)),
  );
  for (const { id } of groups) known.add(id);
  return born.filter(({ id }) => known.has(id));
};
