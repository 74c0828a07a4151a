// Publishes the events of changes on the bus. For a group created with members the group comes first, then its members page
// by page, for as long as the group exists.

import { publish } from '../events/bus.ts';
import type { BusinessEvent } from '../events/event.ts';
import { isErrorOfAws } from '../platform/aws-errors.ts';
import type { Incarnation } from '../platform/tenant.ts';
import { type Member, walkMembers } from '../resources/facets/members-table.ts';
import { type MembershipSide, Reader } from '../resources/reader.ts';
import { groupType, userType } from '../scim/schemas/resource-types.ts';
import type { BatchContext } from './batch-context.ts';
import { eventOf, initialMemberEvent } from './event-of-change.ts';
import { type FailedChange, type Follower, type MembershipBudget, oneByOne } from './follower.ts';
import { deletePublishProgress, savePublishProgress } from './publish-progress-table.ts';
import type { PublishProgressChange, ResourceTableChange, TableChange } from './table-change.ts';

/**
 * Publishes the events of changes, and the initial members of groups that became visible, in the order of the records: a
 * group, its members, then whatever came later.
 */
export const publishEvents: Follower = {
  name: 'publishEvents',
  wants: () => true,
  follow: async (changes, context, budget) => {
    const failed: FailedChange[] = [];
    const published: PublishedMembers = new Map();
    for (const part of splitAfter(changes, (change) => hasInitialMembers(change, context))) {
      failed.push(...(await publishChanges(part, context, published)));
      const withMembers = part.filter((change) => hasInitialMembers(change, context));
      failed.push(...(await oneByOne(withMembers, (change) => publishMembersOf(change, budget))));
      for (const change of withMembers) remember(published, change);
    }
    return failed;
  },
};

/** Splits the changes after each one for which `isLast` holds. */
const splitAfter = <Change>(changes: readonly Change[], isLast: (change: Change) => boolean): Change[][] => {
  const ends = changes.flatMap((change, place) => (isLast(change) ? place + 1 : []));
  return [0, ...ends].map((from, index) => changes.slice(from, ends[index]));
};

/** By group: the member id after which its initial members were published earlier in this batch. */
type PublishedMembers = Map<string, string>;

const groupIn = (tenant: Incarnation, groupId: string) => `${tenant}/${groupId}`;

const remember = (published: PublishedMembers, change: TableChange): void => {
  if (change.kind !== 'born' && change.kind !== 'resource') return;
  const isProgress = change.kind === 'born';
  const group = groupIn(change.tenant, isProgress ? change.groupId : change.id);
  if (!published.has(group)) published.set(group, isProgress ? change.after : '');
};

/** Publishes the events of the changes themselves, without initial members. */
const publishChanges = async (
  changes: readonly TableChange[],
  context: BatchContext,
  published: PublishedMembers,
): Promise<readonly FailedChange[]> => {
  const outgoing = changes.flatMap((change) => {
    const event = eventOf(change, context);
    return event
      ? [...missedAddition(change, published), event].map((each) => ({ change, event: each }))
      : [];
  });
  const refused = new Map(
    (await publish(outgoing.map(({ event }) => event))).map(({ event, error }) => [event, error]),
  );
  return outgoing.flatMap(({ change, event }) => {
    const error = refused.get(event);
    return error ? [{ change, error }] : [];
  });
};

/**
 * The addition to publish before the removal of an initial member. The member was already gone when the members were
 * published earlier in this batch, so its addition is missing; if it was published after all, this is the same event.
 */
const missedAddition = (change: TableChange, published: PublishedMembers): readonly BusinessEvent[] => {
  if (change.kind !== 'membership' || change.exists || !change.atCreation) return [];
  const { tenant, groupId, member } = change;
  const after = published.get(groupIn(tenant, groupId));
  return after !== undefined && member.id > after ? [initialMemberEvent(change, groupId, member)] : [];
};

/** Whether initial members are to be published after the change: the group became visible, or its progress says some are left. */
const hasInitialMembers = (change: TableChange, context: BatchContext): boolean =>
  context.isServed(change.tenant) && (becameVisible(change) || (change.kind === 'born' && change.exists));

const becameVisible = (change: TableChange): change is ResourceTableChange =>
  change.kind === 'resource' &&
  change.before?.pendingSinceMs !== undefined &&
  change.after !== undefined &&
  change.after.pendingSinceMs === undefined;

const publishMembersOf = async (change: TableChange, budget: MembershipBudget): Promise<void> => {
  if (change.kind === 'born') {
    const { groupId, life, after } = change;
    await publishInitialMembers(change, { id: groupId, life }, after, budget);
  }
  if (change.kind === 'resource' && change.after)
    await publishInitialMembers(change, change.after, '', budget);
};

/** Members read and published at a time. */
const PAGE_SIZE = 500;

/**
 * Publishes the initial members with ids after `after`. When the budget runs out, the progress is saved, whose record
 * triggers the rest. Each page is published only while the group exists: no event follows its deletion.
 */
const publishInitialMembers = async (
  change: PublishProgressChange | ResourceTableChange,
  group: MembershipSide,
  after: string,
  budget: MembershipBudget,
): Promise<void> => {
  const { tenant } = change;
  const from = { limit: PAGE_SIZE, ...(after !== '' && { after }) };
  let last = after;
  for await (const page of walkMembers(tenant, group.id, from)) {
    const reader = new Reader(tenant);
    const present = await findExisting(reader, page);
    if (present.length > 0 && (await reader.get(groupType, group.id))?.life !== group.life) break;
    const events = present.map((member) => initialMemberEvent(change, group.id, member));
    const refused = await publish(events);
    // An AWS error goes first, so that the change is retried; a bad event fails again once the bus is back.
    const first = refused.find(({ error }) => isErrorOfAws(error)) ?? refused[0];
    if (first) throw first.error;
    budget.left -= page.length;
    last = page.at(-1)?.id ?? last;
    if (budget.left <= 0) return savePublishProgress(tenant, group, last);
  }
  if (change.kind === 'born') await deletePublishProgress(tenant, group.id);
};

/** The initial members among these that still exist. */
const findExisting = async (reader: Reader, members: readonly Member[]): Promise<Member[]> => {
  const initial = members.filter((member) => member.atCreation);
  const ids = initial.map(({ id }) => id);
  const users = await reader.many(userType, ids);
  const known = new Set(users.map(({ id }) => id));
  const groups = await reader.many(
    groupType,
    ids.filter((id) => !known.has(id)),
  );
  for (const { id } of groups) known.add(id);
  return initial.filter(({ id }) => known.has(id));
};
