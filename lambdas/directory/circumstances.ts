// What changes do not say themselves and have to be read with: which tenants are served, and which sides of a membership
// exist now. Read once for all changes of a batch, strongly consistent.

import { type Incarnation, tenantOf } from '../tenants/tenant.ts';
import { findRecentDepartures } from '../store/departures.ts';
import { findExisting } from '../store/resources.ts';
import type { MembershipChange, TableChange } from '../store/table-changes.ts';
import { findTenant } from '../tenants/tenants-table.ts';

export interface Circumstances {
  /** Whether there is such a tenant, and nobody is deleting it. */
  isServed(tenant: Incarnation): boolean;
  /**
   * Whether group and member are there, as far as is known: a group that was never seen may be about to be created, for
   * the members come first (directory/groups.ts).
   */
  hasBothSides(membership: MembershipChange): boolean;
  /** Whether the group is neither there nor known to have been deleted. */
  isUnborn(membership: MembershipChange): boolean;
}

export const readCircumstances = async (changes: readonly TableChange[]): Promise<Circumstances> => {
  const memberships = changes.filter((change) => change.kind === 'membership');
  const [served, groups] = await Promise.all([
    findServedTenants(changes),
    findAll(memberships, ({ groupId }) => ({ typeName: 'Group', id: groupId })),
  ]);
  const inGroups = memberships.filter((each) => groups.has(keyOf(each.tenant, each.groupId)));
  const withoutGroup = memberships.filter((each) => !groups.has(keyOf(each.tenant, each.groupId)));
  const [members, departed] = await Promise.all([
    findAll(inGroups, ({ member }) => ({ typeName: member.type, id: member.id })),
    findDeparted(withoutGroup.filter(({ is }) => is)),
  ]);
  const isUnborn = ({ tenant, groupId, is }: MembershipChange) =>
    is && !groups.has(keyOf(tenant, groupId)) && !departed.has(keyOf(tenant, groupId));
  return {
    isServed: (tenant) => served.has(tenant),
    hasBothSides: (membership) => {
      const { tenant, groupId, member } = membership;
      const both = groups.has(keyOf(tenant, groupId)) && members.has(keyOf(tenant, member.id));
      return both || isUnborn(membership);
    },
    isUnborn,
  };
};

const keyOf = (tenant: Incarnation, id: string) => `${tenant}/${id}`;

const findServedTenants = async (changes: readonly TableChange[]): Promise<ReadonlySet<Incarnation>> => {
  const telling = changes.filter(({ kind }) => kind === 'resource' || kind === 'membership');
  const ids = [...new Set(telling.map(({ tenant }) => tenant))];
  const tenants = await Promise.all(ids.map((id) => findTenant(tenantOf(id))));
  const served = tenants.flatMap((tenant) => (tenant?.state === 'active' ? tenant.incarnation : []));
  return new Set(served.filter((incarnation) => ids.includes(incarnation)));
};

interface Reference {
  readonly typeName: string;
  readonly id: string;
}

/** BatchGetItem takes 100 keys. */
const IDS_PER_READ = 100;

/** Which of the resources that `memberships` refer to exist. */
const findAll = async (
  memberships: readonly MembershipChange[],
  refer: (membership: MembershipChange) => Reference,
): Promise<ReadonlySet<string>> => {
  const reads = Map.groupBy(memberships, (each) => JSON.stringify([each.tenant, refer(each).typeName]));
  const found = await Promise.all(
    [...reads.values()].map(async ([first, ...others]) => {
      if (!first) return [];
      const ids = [...new Set([first, ...others].map((each) => refer(each).id))];
      const { tenant } = first;
      const pages = Array.from({ length: Math.ceil(ids.length / IDS_PER_READ) }, (_, page) =>
        findExisting(
          tenant,
          refer(first).typeName,
          ids.slice(page * IDS_PER_READ, (page + 1) * IDS_PER_READ),
        ),
      );
      return (await Promise.all(pages)).flat().map((id) => keyOf(tenant, id));
    }),
  );
  return new Set(found.flat());
};

const findDeparted = async (memberships: readonly MembershipChange[]): Promise<ReadonlySet<string>> => {
  const tenants = [...new Set(memberships.map(({ tenant }) => tenant))];
  const found = await Promise.all(
    tenants.map(async (tenant) =>
      Array.from(await findRecentDepartures(tenant, Date.now()), (id) => keyOf(tenant, id)),
    ),
  );
  return new Set(found.flat());
};
