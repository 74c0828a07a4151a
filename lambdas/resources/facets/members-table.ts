// Memberships: two items each, one under the group and one under the member, written in one transaction, so that they never
// disagree and concurrent changes of a group never overwrite each other. The membership of a group has a third item, so that
// nested groups can be read without users.

import type { Incarnation } from '../../platform/tenant.ts';
import { groupsOfPK, membersPK, nestedKey, unfollowed } from '../../table/keys.ts';
import { queryPages } from '../../table/query-pages.ts';
import { getItems, type TableItem } from '../../table/read.ts';
import { type Key, transact, type Write } from '../../table/transact.ts';
import { resourceKey } from '../resource-item.ts';
import { isResourceId } from '../stored-resource.ts';

/** A member of a group. */
export interface Member {
  readonly id: string;
  readonly type: 'User' | 'Group';
  /** The life of the member that the membership belongs to (see StoredResource). */
  readonly life: number;
  /** Whether the membership was written when the group was created. */
  readonly atCreation?: boolean;
}

/** A membership, as stored under the member. */
export interface MembershipOf {
  readonly groupId: string;
  readonly type: Member['type'];
  readonly life: number;
}

/** A transaction takes 100 items: a user's membership is two of them, a group's is three. */
const MEMBERSHIPS_PER_TRANSACTION = 50;
const NESTED_PER_TRANSACTION = 33;

/** Splits `members` into lists that each fit into one transaction. */
export const splitIntoTransactions = (members: readonly Member[]): readonly (readonly Member[])[] => {
  const users = members.filter(({ type }) => type === 'User');
  const groups = members.filter(({ type }) => type === 'Group');
  return [...cut(users, MEMBERSHIPS_PER_TRANSACTION), ...cut(groups, NESTED_PER_TRANSACTION)];
};

const cut = <Value>(values: readonly Value[], size: number): Value[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );

/**
 * Adds all of `members` to the group in one transaction; idempotent. `atCreation` marks the members of a new group: they are
 * published with the group, not by their own stream records.
 */
export const putMembers = async (
  tenant: Incarnation,
  groupId: string,
  members: readonly Member[],
  { atCreation = false }: { readonly atCreation?: boolean } = {},
): Promise<void> => {
  await transact(
    members.flatMap(({ id, type, life }): Write[] => {
      const attributes = { Type: type, ...(life > 1 && { Life: life }) };
      const [underGroup, underMember, ...edge] = membershipKeys(tenant, groupId, { id, type });
      return [
        { put: { ...underGroup, ...attributes, ...(atCreation && { Born: true }) } },
        { put: { ...underMember, ...attributes, ...unfollowed } },
        ...edge.map((key) => ({ put: { ...key, ...unfollowed } })),
      ];
    }),
  );
};

/** Deletes the memberships in one transaction; one that does not exist is not an error. */
export const deleteMembers = async (
  tenant: Incarnation,
  groupId: string,
  members: readonly Pick<Member, 'id' | 'type'>[],
): Promise<void> => {
  await transact(
    members.flatMap((member) => membershipKeys(tenant, groupId, member).map((key) => ({ remove: key }))),
  );
};

/** The keys of all items of a membership. */
export const membershipKeys = (
  tenant: Incarnation,
  groupId: string,
  { id, type }: Pick<Member, 'id' | 'type'>,
): [Key, Key, ...Key[]] => [
  memberKey(tenant, groupId, id),
  { PK: groupsOfPK(tenant, id), SK: groupId },
  ...(type === 'Group' ? [nestedKey(tenant, groupId, id)] : []),
];

/** The key of the item under the group. */
const memberKey = (tenant: Incarnation, groupId: string, memberId: string): Key => ({
  PK: membersPK(tenant, groupId),
  SK: memberId,
});

/** The member in an item under a group. */
export const memberFrom = ({ SK, Type, Life, Born }: TableItem): Member => ({
  id: SK as string,
  type: Type as Member['type'],
  life: (Life as number | undefined) ?? 1,
  ...(Born === true && { atCreation: true }),
});

/** All members in order of id, strongly consistent, in pages of at most 1 MB (about 8,000 members). */
export const walkMembers = async function* (
  tenant: Incarnation,
  groupId: string,
  { after, limit }: { readonly after?: string; readonly limit?: number } = {},
): AsyncGenerator<Member[], void, void> {
  const PK = membersPK(tenant, groupId);
  const from = after === undefined ? {} : { ExclusiveStartKey: { PK, SK: after } };
  for await (const items of queryPages(PK, { ...from, Limit: limit })) yield items.map(memberFrom);
};

/** The groups that a user or group is directly in, in order of id, strongly consistent; some may have been deleted. */
export const walkGroupsOf = async function* (
  tenant: Incarnation,
  memberId: string,
  { limit }: { readonly limit?: number } = {},
): AsyncGenerator<MembershipOf[], void, void> {
  for await (const items of queryPages(groupsOfPK(tenant, memberId), { Limit: limit })) {
    yield items.map((item) => {
      const { id, type, life } = memberFrom(item);
      return { groupId: id, type, life };
    });
  }
};

/** The memberships among the pairs, strongly consistent; reads in batches of 100. */
export const findMemberships = async (
  tenant: Incarnation,
  pairs: readonly { readonly groupId: string; readonly memberId: string }[],
): Promise<{ readonly groupId: string; readonly member: Member }[]> => {
  const groupIds = new Map(pairs.map(({ groupId }) => [membersPK(tenant, groupId), groupId]));
  const items = await getItems(pairs.map(({ groupId, memberId }) => memberKey(tenant, groupId, memberId)));
  return items.map((item) => ({ groupId: groupIds.get(String(item.PK)) ?? '', member: memberFrom(item) }));
};

/**
 * Deletes the membership of a deleted user or group, unless it belongs to a later life than `member.life`: a restored member
 * may have been added again. Conditional single writes cost half of a transaction. The item under the member, by which the
 * clean-up finds the membership, is deleted last, after `beforeLast`, so that an interrupted deletion is repeated.
 */
export const deleteMembershipOfLife = async (
  tenant: Incarnation,
  groupId: string,
  member: Pick<Member, 'id' | 'type' | 'life'>,
  beforeLast: () => Promise<unknown> = async () => {},
): Promise<void> => {
  const ofLife = {
    ConditionExpression: 'attribute_not_exists(Life) OR Life <= :life',
    ExpressionAttributeValues: { ':life': member.life },
  };
  const [underGroup, underMember, ...edge] = membershipKeys(tenant, groupId, member);
  for (const remove of edge) await transact([{ remove }]);
  await transact([{ remove: underGroup, ...ofLife }]);
  await beforeLast();
  await transact([{ remove: underMember, ...ofLife }]);
};

/** What the table holds for the ids in a request. */
export interface MemberLookup {
  /** The ids that are users or groups, each as a member with its current life. */
  readonly existing: ReadonlyMap<string, Member>;
  /** The ids that are already members. */
  readonly members: ReadonlyMap<string, Member>;
}

const LOOKUP_ATTRIBUTES = ['PK', 'SK', 'Type', 'Life', 'Pending'];

/**
 * Looks up which of `add` exist, and which of `add` and `remove` are already members. A request does this before it writes,
 * so that a repeated request only completes what was interrupted. Costs two read units for each of `add`, one for each of
 * `remove`.
 */
export const lookUpMembers = async (
  tenant: Incarnation,
  groupId: string,
  add: ReadonlySet<string>,
  remove: ReadonlySet<string>,
): Promise<MemberLookup> => {
  const possible = [...add].filter(isResourceId);
  const items = await getItems(
    [
      ...possible.flatMap((id) => [resourceKey(tenant, 'User', id), memberKey(tenant, groupId, id)]),
      ...[...remove].filter(isResourceId).map((id) => memberKey(tenant, groupId, id)),
    ],
    LOOKUP_ATTRIBUTES,
  );
  const ofGroup = membersPK(tenant, groupId);
  const users = items.filter(({ PK }) => PK !== ofGroup).map((item) => asMember(item, 'User'));
  const found = new Set(users.map(({ id }) => id));
  const others = possible.filter((id) => !found.has(id));
  const groups = await getItems(
    others.map((id) => resourceKey(tenant, 'Group', id)),
    LOOKUP_ATTRIBUTES,
  );
  const visible = groups
    .filter(({ Pending }) => Pending === undefined)
    .map((item) => asMember(item, 'Group'));
  return {
    existing: byId([...users, ...visible]),
    members: byId(items.filter(({ PK }) => PK === ofGroup).map(memberFrom)),
  };
};

const asMember = (item: TableItem, type: Member['type']): Member => ({ ...memberFrom(item), type });

const byId = (members: readonly Member[]) => new Map(members.map((member) => [member.id, member]));
