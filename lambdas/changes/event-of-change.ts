// Turns item changes into business events. Each event is made from one change alone, because changes written in one
// transaction may arrive in different batches.

import { createHash } from 'node:crypto';
import { type BusinessEvent, EVENT_FORMAT } from '../events/event.ts';
import type { Member } from '../resources/facets/members-table.ts';
import { isVisible } from '../resources/reader.ts';
import { partsOf, tenantOf } from '../tenants/tenant.ts';
import type { BatchContext } from './batch-context.ts';
import {
  describeGroupChange,
  describeState,
  describeUserChange,
  type ResourceEvent,
} from './resource-events.ts';
import type {
  MembershipTableChange,
  ResourceTableChange,
  TableChange,
  TenantChange,
} from './table-change.ts';

/**
 * The event for a change; undefined when there is none. A deletion is one event: nothing is published for the memberships
 * of a deleted user or group, nor for the contents of a tenant that is being deleted.
 */
export const eventOf = (change: TableChange, context: BatchContext): BusinessEvent | undefined => {
  if (change.kind === 'tenant') return tenantEvent(change);
  if (!context.isServed(change.tenant)) return undefined;
  if (change.kind === 'resource') return resourceEvent(change);
  if (change.kind !== 'membership') return undefined;
  const hasBothSides = context.groupOf(change) === 'present' && context.memberOf(change) === 'present';
  return hasBothSides ? membershipEvent(change) : undefined;
};

const resourceEvent = (change: ResourceTableChange): BusinessEvent | undefined => {
  const event = resourceEventOf(change);
  const version = change.after?.version ?? (change.before?.version ?? 0) + 1;
  return (
    event && {
      ...headOf(change, change.id, String(version)),
      ...event,
      ...markOf(change),
    }
  );
};

/** Only users and groups have events; custom resource types have none. */
const resourceEventOf = ({
  typeName,
  before,
  after,
  resyncId,
}: ResourceTableChange): ResourceEvent | undefined => {
  if (typeName !== 'User' && typeName !== 'Group') return undefined;
  if (resyncId && after) return isVisible(after) ? describeState(typeName, after) : undefined;
  return typeName === 'User' ? describeUserChange(before, after) : describeGroupChange(before, after);
};

const membershipEvent = (change: MembershipTableChange): BusinessEvent | undefined => {
  const { groupId, member, existed, exists, atCreation, resyncId } = change;
  if (existed === exists && !resyncId) return undefined;
  // Published after its group, by publishInitialMembers.
  if (atCreation && !existed) return undefined;
  return {
    ...headOf(change, `${groupId}/${member.id}`, change.sequenceNumber),
    type: exists ? 'group.member.added' : 'group.member.removed',
    resource: { type: 'Group', id: groupId },
    member: { type: member.type, id: member.id },
    ...markOf(change),
  };
};

/** The event for an initial member of a group: always the same id, and the lowest sequence of that membership. */
export const initialMemberEvent = (
  change: Pick<TableChange, 'tenant' | 'atMs'>,
  groupId: string,
  { id, type }: Member,
): BusinessEvent => {
  const orderingKey = `${groupId}/${id}`;
  const changeId = createHash('sha256')
    .update(`${change.tenant}/${orderingKey}/0`)
    .digest('hex')
    .slice(0, 32);
  return {
    ...headOf({ ...change, changeId }, orderingKey, '0'),
    type: 'group.member.added',
    resource: { type: 'Group', id: groupId },
    member: { type, id },
  };
};

const tenantEvent = (change: TenantChange): BusinessEvent | undefined => {
  const { tenant, wasActive, isActive } = change;
  if (wasActive === isActive) return undefined;
  const id = tenantOf(tenant);
  return {
    ...headOf(change, id, change.sequenceNumber),
    type: isActive ? 'tenant.created' : 'tenant.deleted',
    resource: { type: 'Tenant', id },
  };
};

/** Which run of a resync published the event. */
const markOf = ({ resyncId }: ResourceTableChange | MembershipTableChange) =>
  resyncId === undefined ? undefined : ({ resync: true, resyncId } as const);

type Head = Pick<
  BusinessEvent,
  'version' | 'id' | 'tenant' | 'incarnation' | 'time' | 'orderingKey' | 'sequence'
>;

const headOf = (
  { tenant, changeId, atMs }: Pick<TableChange, 'tenant' | 'changeId' | 'atMs'>,
  orderingKey: string,
  sequence: string,
): Head => ({
  version: EVENT_FORMAT,
  id: changeId,
  ...partsOf(tenant),
  time: new Date(atMs).toISOString(),
  orderingKey,
  sequence,
});
