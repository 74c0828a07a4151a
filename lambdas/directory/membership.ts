// Who is in a group: what operations on `members` come to, and the writes that make it so.

import type { Tenant, Incarnation } from '../tenants/tenant.ts';
import { invalidPath, invalidValue, mutability } from '../scim/errors.ts';
import type { Filter } from '../scim/filter.ts';
import { matchesValue } from '../scim/filter-match.ts';
import { isObject, type Json, type JsonObject } from '../scim/json.ts';
import type { PatchOperation } from '../scim/patch-request.ts';
import { locate } from '../scim/representation.ts';
import { groupType, userType } from '../scim/resource-types.ts';
import { findRecentDepartures } from '../store/departures.ts';
import { deleteMembers, isMember, type Member, putMembers, walkMembers } from '../store/members.ts';
import { findExisting } from '../store/resources.ts';
import type { ComputedAttribute } from './computed-attribute.ts';
import { isResourceId } from './resources.ts';

/** Sets of member ids that do not overlap. */
export interface MembershipChange {
  readonly add: ReadonlySet<string>;
  readonly remove: ReadonlySet<string>;
}

/**
 * The members of a group, read only when somebody asks for them; with `only`, one read whatever the group's size. Who was
 * deleted and is still there until the clean-up comes is left out: the list of those costs one read, where asking for
 * every member would cost one each.
 */
export const membersOfGroup: ComputedAttribute = {
  name: 'members',
  load: async (tenant, groupId, budget, only) => {
    if (only !== undefined) return (await isMember(tenant.id, groupId, only)) ? [{ value: only }] : [];
    const values: JsonObject[] = [];
    let departed: ReadonlySet<string> | undefined;
    for await (const members of walkMembers(tenant.id, groupId)) {
      if (members.length > 0) departed ??= await findRecentDepartures(tenant.id, Date.now());
      for (const member of members.filter(({ id }) => !departed?.has(id))) {
        const value = showMember(tenant, member);
        budget.spend(value);
        values.push(value);
      }
    }
    return values;
  },
};

export const showMember = (tenant: Tenant, { id, type }: Member): JsonObject => ({
  value: id,
  $ref: locate(tenant.tenantUrl, type === 'User' ? userType.endpoint : groupType.endpoint, id),
  type,
});

/**
 * What `operations` on `members`, in their order, come to. The present members are read only when an operation cannot
 * do without: a replace, a removal of all, or a filter on something else than `value`.
 */
export const foldMemberOperations = async (
  tenant: Incarnation,
  groupId: string,
  operations: readonly PatchOperation[],
): Promise<MembershipChange> => {
  const add = new Set<string>();
  const remove = new Set<string>();
  let present: Member[] | undefined;
  const readPresent = async () => (present ??= (await Array.fromAsync(walkMembers(tenant, groupId))).flat());
  const put = (id: string) => {
    remove.delete(id);
    add.add(id);
  };
  const drop = (id: string) => {
    add.delete(id);
    remove.add(id);
  };

  for (const { op, path, value } of operations) {
    if (path.path.subAttribute)
      throw invalidPath('Members are added and removed whole: use the path members.');
    if (op === 'remove' && path.filter) {
      const named = namedIds(path.filter);
      for (const id of named ?? (await matchingIds(path.filter, await readPresent(), add))) drop(id);
    } else if (op === 'remove') {
      for (const { id } of await readPresent()) drop(id);
      add.clear();
    } else if (path.filter) {
      throw mutability('A membership cannot be changed: remove the member and add the other one.');
    } else {
      if (op === 'replace') {
        for (const { id } of await readPresent()) drop(id);
        add.clear();
      }
      for (const id of memberIds(value)) put(id);
    }
  }
  for (const { id } of present ?? []) add.delete(id);
  return { add, remove };
};

/** The ids that a filter of the form `value eq "…" or value eq "…"` names; undefined for any other filter. */
const namedIds = (filter: Filter): string[] | undefined => {
  if (filter.kind === 'or') {
    const left = namedIds(filter.left);
    const right = left && namedIds(filter.right);
    return right && [...left, ...right];
  }
  const isName =
    filter.kind === 'compare' && filter.operator === 'eq' && filter.path.attribute.name === 'value';
  return isName && typeof filter.value === 'string' ? [filter.value] : undefined;
};

const matchingIds = (filter: Filter, present: readonly Member[], added: ReadonlySet<string>): string[] =>
  [...present, ...Array.from(added, (id) => ({ id, type: 'User' }))]
    .filter(({ id, type }) => matchesValue(filter, { value: id, type }))
    .map(({ id }) => id);

/** The ids in a value of `members`. */
export const memberIds = (value: Json | undefined): string[] => {
  const elements = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return elements.map((element) => {
    const id = isObject(element) ? element.value : undefined;
    if (typeof id !== 'string')
      throw invalidValue('Each of members needs a value: the id of a user or group.');
    return id;
  });
};

const IDS_PER_READ = 100;

/** The members that `ids` name. Throws invalidValue when one is neither a user nor a group, or the group itself. */
export const resolveMembers = async (
  tenant: Incarnation,
  groupId: string,
  ids: ReadonlySet<string>,
): Promise<Member[]> => {
  if (ids.has(groupId)) throw invalidValue('members: a group cannot be a member of itself.');
  const users = new Set(await findAll(tenant, userType.name, [...ids]));
  const others = [...ids].filter((id) => !users.has(id));
  const groups = new Set(await findAll(tenant, groupType.name, others));
  return [...ids].map((id) => {
    if (users.has(id)) return { id, type: 'User' };
    if (groups.has(id)) return { id, type: 'Group' };
    throw invalidValue(
      `members: there is no user and no group with id ${id}. Provision it before its membership.`,
    );
  });
};

const findAll = async (tenant: Incarnation, typeName: string, ids: readonly string[]): Promise<string[]> => {
  const found: string[] = [];
  const possible = ids.filter(isResourceId);
  for (let at = 0; at < possible.length; at += IDS_PER_READ) {
    found.push(...(await findExisting(tenant, typeName, possible.slice(at, at + IDS_PER_READ))));
  }
  return found;
};

/** Every write may be repeated: a retry of the whole request completes one that was cut off. */
export const writeMembership = async (
  tenant: Incarnation,
  groupId: string,
  members: readonly Member[],
  removed: ReadonlySet<string>,
): Promise<void> => {
  await putMembers(tenant, groupId, members);
  await deleteMembers(tenant, groupId, [...removed].filter(isResourceId));
};
