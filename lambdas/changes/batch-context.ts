// What the records of a batch do not carry: which tenants are served, and whether both sides of a membership still exist.
// Read once per batch, strongly consistent.

import { type Incarnation, tenantOf } from '../platform/tenant.ts';
import { findSides, type SideReference, type Sides } from '../resources/resources-table.ts';
import { findTenant } from '../tenants/tenants-table.ts';
import type { MembershipTableChange, TableChange } from './table-change.ts';

/** Whether one side of a membership exists; `pending` is a group that is still being created. */
type Presence = 'present' | 'pending' | 'gone';

/** What followers look up about the changes of their batch. */
export interface BatchContext {
  /** Whether the tenant is active: created completely, not being deleted, and still the current incarnation of its name. */
  isServed(tenant: Incarnation): boolean;
  /** Whether the incarnation no longer exists, or never did: its items are to be erased. */
  isDead(tenant: Incarnation): boolean;
  /** Whether the group of the membership exists. */
  groupOf(membership: MembershipTableChange): Presence;
  /** Whether its member exists; `gone` also for one that was deleted and came back: the membership is of an earlier life. */
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
  // A deleted group takes all its memberships with it, so their members need not be read.
  const inGroups = memberships.filter((each) => presenceIn(groups, groupOf(each)) !== 'gone');
  const members = await findSides(inGroups.map(memberOf));
  return {
    isServed: (tenant) => states.get(tenant) === 'active',
    isDead,
    groupOf: (membership) => presenceIn(groups, groupOf(membership)),
    memberOf: (membership) => presenceIn(members, memberOf(membership), membership.member.life),
  };
};

/** The states of tenants by their current incarnation; an earlier incarnation is missing. */
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
  return side.pending ? 'pending' : 'present';
};
