// From changes of items to what the product is told. Each event is made from one change, because changes that were made
// together may arrive apart.

import { type BusinessEvent, EVENT_FORMAT } from '../events/event.ts';
import type { MembershipChange, ResourceChange, TableChange, TenantChange } from '../store/table-changes.ts';
import { partsOf } from '../tenants/tenant.ts';
import type { Circumstances } from './circumstances.ts';
import { describeGroupChange, describeState, describeUserChange, type Step } from './lifecycle.ts';

/**
 * The event of a change; undefined when there is nothing to tell. What goes with something greater is not told: the
 * memberships of a user or group that is gone, and whatever a tenant had that is being deleted.
 */
export const describeChange = (
  change: TableChange,
  circumstances: Circumstances,
): BusinessEvent | undefined => {
  if (change.kind === 'tenant') return tenantEvent(change);
  if (!circumstances.isServed(change.tenant)) return undefined;
  if (change.kind === 'resource') return resourceEvent(change);
  return change.kind === 'membership' && circumstances.hasBothSides(change)
    ? membershipEvent(change)
    : undefined;
};

const resourceEvent = (change: ResourceChange): BusinessEvent | undefined => {
  const step = describeResource(change);
  const version = change.after?.version ?? (change.before?.version ?? 0) + 1;
  return (
    step && {
      ...headOf(change, change.id, String(version)),
      ...step,
      ...(change.resync && { resync: true }),
    }
  );
};

/** Resources of a type that a tenant defined have no events: their customer's product knows them, ours does not. */
const describeResource = ({ typeName, before, after, resync }: ResourceChange): Step | undefined => {
  if (typeName !== 'User' && typeName !== 'Group') return undefined;
  if (resync && after) return describeState(typeName, after);
  return typeName === 'User' ? describeUserChange(before, after) : describeGroupChange(before, after);
};

const membershipEvent = (change: MembershipChange): BusinessEvent | undefined => {
  const { groupId, member, was, is, resync } = change;
  if (was === is && !resync) return undefined;
  return {
    ...headOf(change, `${groupId}/${member.id}`, change.sequenceNumber),
    type: is ? 'group.member.added' : 'group.member.removed',
    resource: { type: 'Group', id: groupId },
    member: { type: member.type, id: member.id },
    ...(resync && { resync: true }),
  };
};

const tenantEvent = (change: TenantChange): BusinessEvent | undefined => {
  const { was, is } = change;
  const { tenant } = partsOf(change.tenant);
  if (was === is) return undefined;
  return {
    ...headOf(change, tenant, change.sequenceNumber),
    type: is ? 'tenant.created' : 'tenant.deleted',
    resource: { type: 'Tenant', id: tenant },
  };
};

type Head = Pick<
  BusinessEvent,
  'version' | 'id' | 'tenant' | 'incarnation' | 'time' | 'orderingKey' | 'sequence'
>;

const headOf = ({ tenant, changeId, atMs }: TableChange, orderingKey: string, sequence: string): Head => ({
  version: EVENT_FORMAT,
  id: changeId,
  ...partsOf(tenant),
  time: new Date(atMs).toISOString(),
  orderingKey,
  sequence,
});
