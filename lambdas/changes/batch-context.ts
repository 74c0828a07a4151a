// What changes do not say themselves and have to be read with: which tenants are served, and which sides of a membership
// exist now. Read once for all changes of a batch, strongly consistent.

import { resourceKey } from '../resources/resource-item.ts';
import { getItems } from '../table/read.ts';
import type { Key } from '../table/transact.ts';
import { type Incarnation, tenantOf } from '../tenants/tenant.ts';
import { findTenant } from '../tenants/tenants-table.ts';
import type { MembershipTableChange, TableChange } from './table-change.ts';

/** How a side of a membership is: `pending` is a group that is being created. */
export type Presence = 'there' | 'pending' | 'gone';

export interface BatchContext {
  /** Whether this is the tenant of its name, and nobody is deleting it. */
  isServed(tenant: Incarnation): boolean;
  /** Whether the tenant is no more, or never was: what it has left is to go. */
  isDead(tenant: Incarnation): boolean;
  groupOf(membership: MembershipTableChange): Presence;
  /** Gone, too, is somebody who came back: the membership is that of an earlier life. */
  memberOf(membership: MembershipTableChange): Presence;
}

export const readContext = async (changes: readonly TableChange[]): Promise<BatchContext> => {
  const states = await readStates(changes);
  const isDead = (tenant: Incarnation) => states.get(tenant) === undefined;
  const memberships = changes.filter(
    (change): change is MembershipTableChange => change.kind === 'membership' && !isDead(change.tenant),
  );
  const sides = await readSides(memberships);
  const presenceOf = (key: Key, life?: number): Presence => {
    const side = sides.get(textOf(key));
    if (!side || (life !== undefined && life < side.life)) return 'gone';
    return side.pending ? 'pending' : 'there';
  };
  return {
    isServed: (tenant) => states.get(tenant) === 'active',
    isDead,
    groupOf: (membership) => presenceOf(groupKey(membership)),
    memberOf: (membership) => presenceOf(memberSideKey(membership), membership.member.life),
  };
};

const groupKey = ({ tenant, groupId }: MembershipTableChange) => resourceKey(tenant, 'Group', groupId);
const memberSideKey = ({ tenant, member }: MembershipTableChange) =>
  resourceKey(tenant, member.type, member.id);

const textOf = ({ PK, SK }: Key) => `${PK} ${SK}`;

/** By incarnation; one that is not its tenant's has none. */
const readStates = async (changes: readonly TableChange[]): Promise<ReadonlyMap<Incarnation, string>> => {
  const incarnations = [
    ...new Set(changes.filter(({ kind }) => kind !== 'tenant').map(({ tenant }) => tenant)),
  ];
  const ids = [...new Set(incarnations.map(tenantOf))];
  const tenants = await Promise.all(ids.map((id) => findTenant(id)));
  return new Map(tenants.flatMap((tenant) => (tenant ? [[tenant.incarnation, tenant.state] as const] : [])));
};

interface Side {
  readonly life: number;
  readonly pending: boolean;
}

const readSides = async (
  memberships: readonly MembershipTableChange[],
): Promise<ReadonlyMap<string, Side>> => {
  const keys = new Map(
    memberships.flatMap((each) => [groupKey(each), memberSideKey(each)]).map((key) => [textOf(key), key]),
  );
  const items = await getItems([...keys.values()], ['PK', 'SK', 'Life', 'Pending']);
  return new Map(
    items.map(({ PK, SK, Life = 1, Pending }) => [
      textOf({ PK: String(PK), SK: String(SK) }),
      { life: Number(Life), pending: Pending !== undefined },
    ]),
  );
};
