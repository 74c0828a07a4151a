// What the changes of a batch do not say themselves: which tenants are served, and which sides of a membership exist now.
// Read once for the whole batch, strongly consistent.

import { findSides, type SideReference, type Sides } from '../resources/resources-table.ts';
import { type Incarnation, tenantOf } from '../tenants/tenant.ts';
import { findTenant } from '../tenants/tenants-table.ts';
import type { MembershipTableChange, TableChange } from './table-change.ts';

/** Whether a side of a membership exists; `pending` is a group that is being created. */
export type Presence = 'there' | 'pending' | 'gone';

/** What followers ask about the changes of their batch. */
export interface BatchContext {
  /** Whether this is its name's present tenant, completely created and not being deleted. */
  isServed(tenant: Incarnation): boolean;
  /** Whether the tenant is gone, or never was: whatever it left is to be erased. */
  isDead(tenant: Incarnation): boolean;
  groupOf(membership: MembershipTableChange): Presence;
  /** `gone` also for somebody who was deleted and came back: the membership is of an earlier life. */
  memberOf(membership: MembershipTableChange): Presence;
}

/** Reads the context of a batch. */
export const readContext = async (changes: readonly TableChange[]): Promise<BatchContext> => {
  const states = await readStates(changes);
  const isDead = (tenant: Incarnation) => states.get(tenant) === undefined;
  const memberships = changes.filter(
    (change): change is MembershipTableChange => change.kind === 'membership' && !isDead(change.tenant),
  );
  const groups = await findSides(memberships.map(groupOf));
  // With a group that is gone goes every membership of it, whoever the member is.
  const inGroups = memberships.filter((each) => presenceIn(groups, groupOf(each)) !== 'gone');
  const members = await findSides(inGroups.map(memberOf));
  return {
    isServed: (tenant) => states.get(tenant) === 'active',
    isDead,
    groupOf: (membership) => presenceIn(groups, groupOf(membership)),
    memberOf: (membership) => presenceIn(members, memberOf(membership), membership.member.life),
  };
};

/** By incarnation; one that is not its tenant's has none. */
const readStates = async (changes: readonly TableChange[]): Promise<ReadonlyMap<Incarnation, string>> => {
  const incarnations = [
    ...new Set(changes.filter(({ kind }) => kind !== 'tenant').map(({ tenant }) => tenant)),
  ];
  const ids = [...new Set(incarnations.map(tenantOf))];
  const tenants = await Promise.all(ids.map((id) => findTenant(id)));
  return new Map(tenants.flatMap((tenant) => (tenant ? [[tenant.incarnation, tenant.state] as const] : [])));
};

const groupOf = ({ tenant, groupId }: MembershipTableChange): SideReference => ({
  tenant,
  typeName: 'Group',
  id: groupId,
});

const memberOf = ({ tenant, member }: MembershipTableChange): SideReference => ({
  tenant,
  typeName: member.type,
  id: member.id,
});

const presenceIn = (sides: Sides, { tenant, typeName, id }: SideReference, life?: number): Presence => {
  const side = sides(tenant, typeName, id);
  if (!side || (life !== undefined && life < side.life)) return 'gone';
  return side.pending ? 'pending' : 'there';
};
