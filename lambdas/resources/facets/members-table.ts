// Memberships: two items each, one under the group and one under the member, written in one transaction, so that both sides
// always agree and parallel changes of one group never overwrite one another. A group in a group has a third, so that the
// structure of groups can be read without their users.

import { groupsOfPK, membersPK, nestedKey, silent } from '../../table/keys.ts';
import { queryPages } from '../../table/query-pages.ts';
import { getItems, type TableItem } from '../../table/read.ts';
import { type Key, transact, type Write } from '../../table/transact.ts';
import type { Incarnation } from '../../tenants/tenant.ts';
import { resourceKey } from '../resource-item.ts';
import { isResourceId } from '../stored-resource.ts';

export interface Member {
  readonly id: string;
  readonly type: 'User' | 'Group';
  /** Which life of the member the membership belongs to. */
  readonly life: number;
  /** Whether it was written with the creation of the group. */
  readonly born?: boolean;
}

/** A membership as the item under its member says. */
export interface MembershipOf {
  readonly groupId: string;
  readonly type: Member['type'];
  readonly life: number;
}

/** A transaction takes 100 items: a user's membership is two of them, a group's is three. */
export const MEMBERSHIPS_PER_TRANSACTION = 50;
const NESTED_PER_TRANSACTION = 33;

/** The members cut into lists that fit into one transaction each. */
export const inTransactions = (members: readonly Member[]): readonly (readonly Member[])[] => {
  const users = members.filter(({ type }) => type === 'User');
  const groups = members.filter(({ type }) => type === 'Group');
  return [...cut(users, MEMBERSHIPS_PER_TRANSACTION), ...cut(groups, NESTED_PER_TRANSACTION)];
};

const cut = <Value>(values: readonly Value[], size: number): Value[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );

/**
 * Makes each of `members` one of the group, all or none; repeatable. `born` marks those that a creation writes: they are
 * published with their group, and not by their own records.
 */
export const putMembers = async (
  tenant: Incarnation,
  groupId: string,
  members: readonly Member[],
  { born = false }: { readonly born?: boolean } = {},
): Promise<void> => {
  await transact(
    members.flatMap(({ id, type, life }): Write[] => {
      const side = { Type: type, ...(life > 1 && { Life: life }) };
      const [underGroup, underMember, ...edge] = keysOf(tenant, groupId, { id, type });
      return [
        { put: { ...underGroup, ...side, ...(born && { Born: true }) } },
        { put: { ...underMember, ...side, ...silent } },
        ...edge.map((key) => ({ put: { ...key, ...silent } })),
      ];
    }),
  );
};

/** Ends each membership, all or none; one that does not exist is no error. */
export const deleteMembers = async (
  tenant: Incarnation,
  groupId: string,
  members: readonly Pick<Member, 'id' | 'type'>[],
): Promise<void> => {
  await transact(
    members.flatMap((member) => keysOf(tenant, groupId, member).map((key) => ({ remove: key }))),
  );
};

/** The keys of all items of a membership. */
export const keysOf = (
  tenant: Incarnation,
  groupId: string,
  { id, type }: Pick<Member, 'id' | 'type'>,
): [Key, Key, ...Key[]] => [
  memberKey(tenant, groupId, id),
  { PK: groupsOfPK(tenant, id), SK: groupId },
  ...(type === 'Group' ? [nestedKey(tenant, groupId, id)] : []),
];

/** The key under which a group has a member. */
export const memberKey = (tenant: Incarnation, groupId: string, memberId: string): Key => ({
  PK: membersPK(tenant, groupId),
  SK: memberId,
});

/** A member as the item under its group says. */
export const memberFrom = ({ SK, Type, Life, Born }: TableItem): Member => ({
  id: SK as string,
  type: Type as Member['type'],
  life: (Life as number | undefined) ?? 1,
  ...(Born === true && { born: true }),
});

/** All members by id, strongly consistent, in pages of 1 MB at most (about 8,000 members). */
export const walkMembers = async function* (
  tenant: Incarnation,
  groupId: string,
  { after, limit }: { readonly after?: string; readonly limit?: number } = {},
): AsyncGenerator<Member[], void, void> {
  const PK = membersPK(tenant, groupId);
  const from = after === undefined ? {} : { ExclusiveStartKey: { PK, SK: after } };
  for await (const items of queryPages(PK, { ...from, Limit: limit })) yield items.map(memberFrom);
};

/** The groups that a user or group is directly in, by id, strongly consistent; some may be gone already. */
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

/** Those of the pairs that are memberships, strongly consistent; 100 a call. */
export const findMemberships = async (
  tenant: Incarnation,
  pairs: readonly { readonly groupId: string; readonly memberId: string }[],
): Promise<{ readonly groupId: string; readonly member: Member }[]> => {
  const groupIds = new Map(pairs.map(({ groupId }) => [membersPK(tenant, groupId), groupId]));
  const items = await getItems(pairs.map(({ groupId, memberId }) => memberKey(tenant, groupId, memberId)));
  return items.map((item) => ({ groupId: groupIds.get(String(item.PK)) ?? '', member: memberFrom(item) }));
};

/**
 * Ends the membership of somebody who was deleted, unless it belongs to a later life than `life`: whoever came back may
 * have been added again. Single writes with that condition, at half the price of a transaction. The item under the
 * member, by which a clean-up finds the membership, goes last, after `beforeLast`: a repetition finds what was cut off.
 */
export const deleteMembershipOfLife = async (
  tenant: Incarnation,
  groupId: string,
  member: Pick<Member, 'id' | 'type'>,
  life: number,
  beforeLast: () => Promise<unknown> = async () => {},
): Promise<void> => {
  const ofLife = {
    ConditionExpression: 'attribute_not_exists(Life) OR Life <= :life',
    ExpressionAttributeValues: { ':life': life },
  };
  const [underGroup, underMember, ...edge] = keysOf(tenant, groupId, member);
  for (const remove of edge) await transact([{ remove }]);
  await transact([{ remove: underGroup, ...ofLife }]);
  await beforeLast();
  await transact([{ remove: underMember, ...ofLife }]);
};

/** What the table has of the ids that a request names. */
export interface Named {
  /** Those that are users or groups, by id, each as a member of its present life. */
  readonly existing: ReadonlyMap<string, Member>;
  /** Those that are members already, by id. */
  readonly members: ReadonlyMap<string, Member>;
}

const NEEDED = ['PK', 'SK', 'Type', 'Life', 'Pending'];

/**
 * Which of `add` exist, and which of both sets are members already, in one batch. They are read before anything is written,
 * so that a repeated request has nothing to do but what was cut off. Two units for each of `add`, one for each of `remove`.
 */
export const readNamed = async (
  tenant: Incarnation,
  groupId: string,
  add: ReadonlySet<string>,
  remove: ReadonlySet<string>,
): Promise<Named> => {
  const possible = [...add].filter(isResourceId);
  const items = await getItems(
    [
      ...possible.flatMap((id) => [resourceKey(tenant, 'User', id), memberKey(tenant, groupId, id)]),
      ...[...remove].filter(isResourceId).map((id) => memberKey(tenant, groupId, id)),
    ],
    NEEDED,
  );
  const ofGroup = membersPK(tenant, groupId);
  const users = items.filter(({ PK }) => PK !== ofGroup).map((item) => asMember(item, 'User'));
  const found = new Set(users.map(({ id }) => id));
  const others = possible.filter((id) => !found.has(id));
  const groups = await getItems(
    others.map((id) => resourceKey(tenant, 'Group', id)),
    NEEDED,
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
