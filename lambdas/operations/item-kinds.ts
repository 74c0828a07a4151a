// Every kind of item that belongs to a tenant, and where it stands: what a deletion erases, and in which order. Code that
// writes a new kind of item adds a row here; test/operations/delete-tenant.test.ts makes one of each.

import {
  activityPK,
  backlogPK,
  claimsPK,
  countedPK,
  countersPK,
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
export interface ItemKind {
  readonly name: string;
  /** The partitions that hold it; `types` are the names of all resource types that the tenant ever had. */
  readonly partitions?: (tenant: Incarnation, types: readonly string[]) => readonly string[];
  /** For a kind that shares a partition with other tenants: the items of this one. */
  readonly keys?: (tenant: Incarnation) => readonly Key[];
  /**
   * The ids of the resources that a sort key of this kind names: their memberships are erased before the item that leads
   * there.
   */
  readonly idsIn?: (sortKey: string) => readonly string[];
  /** Whether operators are told how many there were. */
  readonly isResource?: true;
}

/** A kind that connects two resources, and is stored once in the partition of each. */
export interface LinkKind {
  readonly name: string;
  readonly partitionOf: (tenant: Incarnation, id: string) => string;
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

/** In the order in which they are erased: the settings, which close the tenant, go last. */
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
  { name: 'born group', partitions: single(publishProgressPK), idsIn: itself },
  { name: 'lease', partitions: single(leasesPK), idsIn: itself },
  { name: 'work', partitions: single(workPK) },
  { name: 'log entry', partitions: single(logPK) },
  { name: 'waiting event', partitions: single(backlogPK) },
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
