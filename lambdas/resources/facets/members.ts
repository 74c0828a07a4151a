// The `members` of a group: read only on request, changed one by one however large the group is.

import pMap from 'p-map';
import { invalidValue } from '../../scim/errors/errors.ts';
import type { JsonObject } from '../../scim/json.ts';
import { parsePatchPath } from '../../scim/patch/path.ts';
import type { PatchOperation } from '../../scim/patch/request.ts';
import { locate } from '../../scim/representation.ts';
import { groupType, userType } from '../../scim/schemas/resource-types.ts';
import { MemberBudget } from '../limits/member-budget.ts';
import type { Reader } from '../reader.ts';
import { isResourceId } from '../stored-resource.ts';
import type { Facet, FacetPlan, FacetRequest, FacetValues, FacetView, FacetWriter } from './facet.ts';
import {
  addedIds,
  dependsOnList,
  editMembers,
  isOnMembers,
  memberIds,
  removesAll,
  removesByFilter,
} from './member-operations.ts';
import {
  deleteMembers,
  findMemberships,
  lookUpMembers,
  type Member,
  type MembershipOf,
  putMembers,
  splitIntoTransactions,
  walkGroupsOf,
  walkMembers,
} from './members-table.ts';

const NAME = 'members';

/** Concurrent transactions of one request. */
const PARALLEL_TRANSACTIONS = 4;

/** Up to this many groups, each membership is looked up; beyond that, reading all groups of the member is cheaper. */
const FEW_GROUPS = 5;

const showMember = (tenantUrl: string, { id, type }: Member): JsonObject => ({
  value: id,
  $ref: locate(tenantUrl, type === 'User' ? userType.endpoint : groupType.endpoint, id),
  type,
});

const load: Facet['load'] = async (view, ids, only) => {
  const groups = new Map<string, JsonObject[]>();
  if (only) {
    for (const [groupId, members] of await loadNamed(view, ids, only)) {
      groups.set(
        groupId,
        members.map((member) => showMember(view.tenantUrl, member)),
      );
    }
    return groups;
  }
  await pMap(
    ids,
    async (groupId) => {
      if (view.answer?.fits(groupId) === false) return;
      const values: JsonObject[] = [];
      for await (const members of presentMembers(view, groupId)) {
        for (const member of members) {
          const value = showMember(view.tenantUrl, member);
          if (view.answer?.spend(groupId, value) === false) return;
          values.push(value);
        }
      }
      groups.set(groupId, values);
    },
    { concurrency: PARALLEL_TRANSACTIONS },
  );
  return groups;
};

/** The members of one group, page by page, without deleted ones. */
async function* presentMembers({ reader, work }: FacetView, groupId: string): AsyncGenerator<Member[]> {
  for await (const members of walkMembers(reader.tenant, groupId)) {
    work?.spendReads(1 + Math.floor(members.length / 100));
    yield await reader.withoutDeleted(members);
  }
}

/** Which of `only` are in which of the groups. */
const loadNamed = async (
  { reader, work, mayLag = false }: FacetView,
  groupIds: readonly string[],
  only: ReadonlySet<string>,
): Promise<Map<string, Member[]>> => {
  const wanted = [...only].filter(isResourceId);
  const found: { readonly groupId: string; readonly member: Member }[] = [];
  if (groupIds.length <= FEW_GROUPS) {
    work?.spendReads(groupIds.length * wanted.length);
    const pairs = groupIds.flatMap((groupId) => wanted.map((memberId) => ({ groupId, memberId })));
    const memberships = await findMemberships(reader.tenant, pairs);
    const existing = mayLag
      ? undefined
      : new Set(await reader.withoutDeleted(memberships.map(({ member }) => member)));
    found.push(...memberships.filter(({ member }) => existing?.has(member) ?? true));
  } else {
    const asked = new Set(groupIds);
    for (const memberId of wanted) {
      for (const { groupId, type, life } of await groupsOfMember(reader, memberId, work)) {
        if (asked.has(groupId)) found.push({ groupId, member: { id: memberId, type, life } });
      }
    }
  }
  const groups = new Map<string, Member[]>();
  for (const { groupId, member } of found) groups.set(groupId, [...(groups.get(groupId) ?? []), member]);
  return groups;
};

/** The groups that a user or group is directly in; none if it was deleted. Read once per request. */
export const groupsOfMember = (
  reader: Reader,
  memberId: string,
  work: FacetView['work'],
): Promise<readonly MembershipOf[]> =>
  reader.once(`groups with ${memberId}`, () => readGroupsOfMember(reader, memberId, work));

const readGroupsOfMember = async (reader: Reader, memberId: string, work: FacetView['work']) => {
  if (!isResourceId(memberId)) return [];
  const groups: MembershipOf[] = [];
  for await (const page of walkGroupsOf(reader.tenant, memberId)) {
    work?.spendReads(1);
    groups.push(...page);
  }
  const lives = await reader.withoutDeleted(groups.map(({ life }) => ({ id: memberId, life })));
  return lives.length > 0 ? groups : [];
};

/** Plans the request against the current members. */
const plan = async (
  view: FacetView,
  groupId: string,
  request: FacetRequest,
  whole: boolean,
): Promise<FacetPlan> => {
  const operations = request.kind === 'patch' ? request.operations : [replaceAll(request.value)];
  if (!whole && !needsWhole(request)) return planByIds(view, groupId, editMembers(operations));
  const present = await readPresent(view, groupId, operations);
  return planByList(view, groupId, operations, present);
};

/** All members; none are read any more once the operations remove too many of them, however many there are. */
const readPresent = async (
  view: FacetView,
  groupId: string,
  operations: readonly PatchOperation[],
): Promise<readonly Member[]> => {
  const mayStay = operations.some(removesAll) ? addedIds(operations).size : Number.POSITIVE_INFINITY;
  const present: Member[] = [];
  for await (const members of presentMembers(view, groupId)) {
    for (const member of members) present.push(member);
    budgetOf(view).require(Math.max(0, present.length - mayStay), 'at least ');
  }
  return present;
};

const replaceAll = (value: JsonObject[string] | undefined): PatchOperation => ({
  op: 'replace',
  path: parsePatchPath(NAME, groupType),
  value: value ?? [],
});

const planByIds = async (
  view: FacetView,
  groupId: string,
  { add, remove }: ReturnType<typeof editMembers>,
): Promise<FacetPlan> => {
  const { reader } = view;
  // Also what is there already: each of them is looked up.
  budgetOf(view).require(add.size + remove.size);
  const { existing, members } = await lookUpMembers(reader.tenant, groupId, add, remove);
  const added = requireMembers(existing, groupId, add).filter(
    ({ id, life }) => members.get(id)?.life !== life,
  );
  const removed = [...remove].flatMap((id) => members.get(id) ?? []);
  return planOf(view, groupId, added, removed);
};

const planByList = async (
  view: FacetView,
  groupId: string,
  operations: readonly PatchOperation[],
  present: readonly Member[],
): Promise<FacetPlan> => {
  const { reader, tenantUrl } = view;
  const budget = budgetOf(view);
  const known = new Set(present.map(({ id }) => id));
  const readExisting = async (ids: ReadonlySet<string>) => {
    budget.require(ids.difference(known).size);
    return (await lookUpMembers(reader.tenant, groupId, ids.difference(known), new Set())).existing;
  };
  // A filter may compare the type, so the types of the new ids are read before it is evaluated.
  const readFirst = operations.some(removesByFilter) ? await readExisting(addedIds(operations)) : undefined;
  const types = new Map([...(readFirst ?? [])].map(([id, { type }]) => [id, type]));
  const { add, remove } = editMembers(operations, present, types);
  const missing = add.difference(known);
  const removed = present.filter(({ id }) => remove.has(id));
  budget.require(missing.size + removed.length);
  const existing = readFirst ?? (await readExisting(missing));
  const added = requireMembers(existing, groupId, missing);
  const kept = present.filter(({ id }) => !remove.has(id));
  return {
    ...planOf(view, groupId, added, removed),
    values: () => [...kept, ...added].map((member) => showMember(tenantUrl, member)),
  };
};

/** Spends the changes. Throws payloadTooLarge or 503 if so many cannot be written in time. */
const planOf = (
  view: FacetView,
  groupId: string,
  added: readonly Member[],
  removed: readonly Member[],
): FacetPlan => {
  const { tenant } = view.reader;
  budgetOf(view).spend(added.length + removed.length);
  return {
    added: added.map(({ id }) => id),
    removed: removed.map(({ id }) => id),
    apply: async ({ atCreation, lease }) => {
      const inParallel = (members: readonly Member[], write: (some: readonly Member[]) => Promise<void>) =>
        pMap(
          splitIntoTransactions(members),
          async (some) => {
            lease?.assertHeld();
            await write(some);
          },
          { concurrency: PARALLEL_TRANSACTIONS },
        );
      await inParallel(added, (some) => putMembers(tenant, groupId, some, { atCreation }));
      await inParallel(removed, (some) => deleteMembers(tenant, groupId, some));
    },
  };
};

const budgetOf = ({ memberBudget = new MemberBudget() }: FacetView): MemberBudget => memberBudget;

/** More ids than this make a sentence that nobody reads. */
const MAX_NAMED_IDS = 10;

/**
 * The members with these ids. Throws invalidValue if one is the group itself, or if there are some that are neither a user nor
 * a group: it names them together, so that they can be put right together.
 */
const requireMembers = (
  existing: ReadonlyMap<string, Member>,
  groupId: string,
  ids: ReadonlySet<string>,
): Member[] => {
  if (ids.has(groupId)) throw invalidValue('memberOfItself')`members: a group cannot be a member of itself.`;
  const members = [...ids].flatMap((id) => existing.get(id) ?? []);
  const [unknown, ...more] = [...ids].filter((id) => !existing.has(id));
  if (unknown === undefined) return members;
  const refuse = invalidValue('unknownMember');
  if (more.length === 0)
    throw refuse`members: there is no user and no group with id ${unknown}. Provision it before its membership.`;
  const named = [unknown, ...more].slice(0, MAX_NAMED_IDS).join(', ');
  const rest = more.length < MAX_NAMED_IDS ? '' : ', …';
  throw refuse`members: ${more.length + 1} of ${ids.size} ids are no user and no group: ${named + rest}. Provision them before their membership.`;
};

const needsWhole = (request: FacetRequest): boolean =>
  request.kind === 'whole' || request.operations.some(dependsOnList);

/** Plans the members of a new group, which has none yet, so that only their existence is checked. */
const planNew: FacetWriter['planNew'] = async (view, groupId, value) => {
  const { reader, tenantUrl } = view;
  const ids = new Set(memberIds(value));
  if (ids.size === 0) return planByList(view, groupId, [], []);
  budgetOf(view).require(ids.size);
  const { existing } = await lookUpMembers(reader.tenant, groupId, ids, new Set());
  const added = requireMembers(existing, groupId, ids);
  return {
    ...planOf(view, groupId, added, []),
    values: (): FacetValues => added.map((member) => showMember(tenantUrl, member)),
  };
};

const writer: FacetWriter = {
  split: (operations) => ({
    own: operations.filter((operation) => !isOnMembers(operation)),
    facet: operations.filter(isOnMembers),
  }),
  planNew,
  needsWhole,
  plan,
};

/** The `members` facet of groups. */
export const membersOfGroup: Facet = { name: NAME, load, writer };
