// Every kind of item of a tenant, and where it is stored: what a deletion erases, and in which order. Code that writes a new
// kind of item adds a row here; test/operations/delete-tenant.test.ts creates one of each.

import {
  activityPK,
  backlogPK,
  claimsPK,
  countedPK,
  countersPK,
  deliveriesPK,
  failingPK,
  groupsOfPK,
  idInEntry,
  leasesPK,
  logPK,
  membersPK,
  nestedPK,
  pageMarksPK,
  pendingPK,
  publishProgressPK,
  resourcesPK,
  retryKey,
  settingsPK,
  tombstonesPK,
  workPK,
} from '../table/keys.ts';
import type { Key } from '../table/transact.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** One kind of item. */
interface ItemKind {
  /** For readers and tests. */
  readonly name: string;
  /** The partitions that hold it; `types` are the names of all resource types that the tenant ever had. */
  readonly partitions?: (tenant: Incarnation, types: readonly string[]) => readonly string[];
  /** For a kind that shares a partition with other tenants: the keys of this tenant's items. */
  readonly keys?: (tenant: Incarnation) => readonly Key[];
  /** The resource ids in a sort key of this kind: their memberships are erased before the item. */
  readonly idsIn?: (sortKey: string) => readonly string[];
  /** Whether it counts as progress that operators see. */
  readonly isResource?: true;
}

/** A kind that links two resources and is stored once under each. */
interface LinkKind {
  readonly name: string;
  /** The partition with the links of the resource `id`. */
  readonly partitionOf: (tenant: Incarnation, id: string) => string;
  /** The key of the same link under the other resource, given its sort key here. */
  readonly otherSide: (tenant: Incarnation, id: string, sortKey: string) => Key;
}

const perType =
  (partition: (tenant: Incarnation, typeName: string) => string): ItemKind['partitions'] =>
  (tenant, types) =>
    types.map((typeName) => partition(tenant, typeName));

const single =
  (partition: (tenant: Incarnation) => string): ItemKind['partitions'] =>
  (tenant) => [partition(tenant)];

const itself = (sortKey: string) => [idInEntry(sortKey)];
const afterTime = (sortKey: string) => [sortKey.slice(sortKey.indexOf('#') + 1)];

/** In the order of erasure: the settings, which keep the tenant closed, go last. */
export const itemKinds: readonly ItemKind[] = [
  { name: 'resource', partitions: perType(resourcesPK), idsIn: itself, isResource: true },
  { name: 'claim', partitions: perType(claimsPK) },
  { name: 'page mark', partitions: perType(pageMarksPK) },
  { name: 'group in a group', partitions: single(nestedPK), idsIn: (sortKey) => sortKey.split('#') },
  { name: 'counter', partitions: single(countersPK) },
  { name: 'counted change', partitions: single(countedPK) },
  { name: 'failing change', partitions: single(failingPK) },
  { name: 'tombstone', partitions: single(tombstonesPK), idsIn: afterTime },
  { name: 'pending group', partitions: single(pendingPK), idsIn: itself },
  { name: 'publish progress', partitions: single(publishProgressPK), idsIn: itself },
  { name: 'lease', partitions: single(leasesPK), idsIn: itself },
  { name: 'work', partitions: single(workPK) },
  { name: 'log entry', partitions: single(logPK) },
  { name: 'waiting event', partitions: single(backlogPK) },
  { name: 'delivery', partitions: single(deliveriesPK) },
  { name: 'activity', partitions: single(activityPK) },
  { name: 'retry', keys: (tenant) => [retryKey(tenant)] },
  { name: 'setting', partitions: single(settingsPK) },
];

/** A membership is two items, one under the group and one under the member. */
export const linkKinds: readonly LinkKind[] = [
  {
    name: 'member of a group',
    partitionOf: membersPK,
    otherSide: (tenant, groupId, memberId) => ({ PK: groupsOfPK(tenant, memberId), SK: groupId }),
  },
  {
    name: 'group of a member',
    partitionOf: groupsOfPK,
    otherSide: (tenant, memberId, groupId) => ({ PK: membersPK(tenant, groupId), SK: memberId }),
  },
];
