// Publishes an event on the bus for each change that has one. Of a group that was created with members the group is
// published first, then its members, page by page however many there are.

import { publish } from '../events/bus.ts';
import { type Member, walkMembers } from '../resources/members-table.ts';
import { Reader } from '../resources/reader.ts';
import { groupType, userType } from '../scim/resource-types.ts';
import { endAnnouncement, noteAnnounced } from './announcements-table.ts';
import type { BatchContext } from './batch-context.ts';
import { bornMemberEvent, eventOf } from './business-events.ts';
import { type Allowance, eachAlone, type Follower, type Undone } from './follower.ts';
import type { BornChange, ResourceTableChange, TableChange } from './table-change.ts';

/** The bus did not take an event; the change is delivered again. */
export class BusError extends Error {
  override readonly name = 'BusError';
}

/** Publishes the events of changes, and the members of groups that became visible. */
export const publishEvents: Follower = {
  name: 'publishEvents',
  wants: () => true,
  follow: async (changes, context, allowance) => {
    const told = changes.flatMap((change) => {
      const event = eventOf(change, context);
      return event ? [{ change, event }] : [];
    });
    const refused = new Set(await publish(told.map(({ event }) => event)));
    const undone = told
      .filter(({ event }) => refused.has(event))
      .map(({ change }): Undone => ({ change, error: new BusError('The bus did not take the event.') }));
    const announcing = changes.filter((change) => announces(change, context));
    return [...undone, ...(await eachAlone(announcing, (change) => announce(change, allowance)))];
  },
};

/** Whether a change has the members of a new group published: it became visible, or its note says that some are left. */
const announces = (change: TableChange, context: BatchContext): boolean =>
  context.isServed(change.tenant) && (becameVisible(change) || (change.kind === 'born' && change.is));

const becameVisible = (change: TableChange): change is ResourceTableChange =>
  change.kind === 'resource' &&
  change.before?.pendingSince !== undefined &&
  change.after !== undefined &&
  change.after.pendingSince === undefined;

const announce = async (change: TableChange, allowance: Allowance): Promise<void> => {
  if (change.kind === 'born') await announceMembers(change, change.groupId, change.after, allowance);
  if (change.kind === 'resource') await announceMembers(change, change.id, '', allowance);
};

/** Members that are read and published at a time. */
const PAGE_SIZE = 500;

/** Publishes the members behind `after` that the creation wrote; when the allowance ends, a note has the rest published. */
const announceMembers = async (
  change: BornChange | ResourceTableChange,
  groupId: string,
  after: string,
  allowance: Allowance,
): Promise<void> => {
  const { tenant } = change;
  const from = { limit: PAGE_SIZE, ...(after !== '' && { after }) };
  let last = after;
  for await (const page of walkMembers(tenant, groupId, from)) {
    const present = await findPresent(new Reader(tenant), page);
    const events = present.map((member) => bornMemberEvent(change, groupId, member));
    if ((await publish(events)).length > 0) throw new BusError('The bus did not take the event.');
    allowance.left -= page.length;
    last = page.at(-1)?.id ?? last;
    if (allowance.left <= 0) return noteAnnounced(tenant, groupId, last);
  }
  if (change.kind === 'born') await endAnnouncement(tenant, groupId);
};

/** Those members that the creation wrote and that still exist. */
const findPresent = async (reader: Reader, members: readonly Member[]): Promise<Member[]> => {
  const born = members.filter((member) => member.born);
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
