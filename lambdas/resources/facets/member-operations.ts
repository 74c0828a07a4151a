// Computes which members PATCH operations add and remove, from the operations and, if they depend on it, the current list.

import { invalidPath, invalidValue, mutability } from '../../scim/errors/errors.ts';
import type { Filter } from '../../scim/filter/filter.ts';
import { matchesValue } from '../../scim/filter/match.ts';
import { isObject, type Json, type JsonObject } from '../../scim/json.ts';
import type { PatchOperation } from '../../scim/patch/request.ts';

/** Disjoint sets of member ids. */
export interface MemberEdits {
  readonly add: ReadonlySet<string>;
  readonly remove: ReadonlySet<string>;
}

/** The parts of a member that filters compare. */
interface ListedMember {
  readonly id: string;
  readonly type: MemberType;
}

type MemberType = 'User' | 'Group';

/** Whether the path of an operation is `members`. */
export const isOnMembers = ({ path }: PatchOperation): boolean =>
  !path.path.extension && path.path.attribute.name === 'members';

/** Whether an operation depends on the current list: a replace, a removal of all, or a filter on more than ids. */
export const dependsOnList = (operation: PatchOperation): boolean =>
  removesAll(operation) || removesByFilter(operation);

/** Whether of the current list only those stay that an operation adds: a replace, a removal of all. */
export const removesAll = ({ op, path }: PatchOperation): boolean =>
  op === 'replace' || (op === 'remove' && !path.filter);

/** Whether an operation removes by a filter on more than ids, so that the types of the added ids must be known. */
export const removesByFilter = ({ op, path }: Pick<PatchOperation, 'op' | 'path'>): boolean =>
  op === 'remove' && path.filter !== undefined && namedIds(path.filter) === undefined;

/** All ids that the operations add, including those that a later one removes. */
export const addedIds = (operations: readonly PatchOperation[]): ReadonlySet<string> =>
  new Set(
    operations
      .filter(({ op, path }) => op !== 'remove' && !path.filter && !path.path.subAttribute)
      .flatMap(({ value }) => memberIds(value)),
  );

/**
 * The net effect of `operations`, in order. `present` is needed if one of them depends on the current list; `types`, those of
 * the added ids, if one removes by filter. Throws invalidPath, invalidValue or mutability.
 */
export const editMembers = (
  operations: readonly PatchOperation[],
  present: readonly ListedMember[] = [],
  types: ReadonlyMap<string, MemberType> = new Map(),
): MemberEdits => {
  const add = new Set<string>();
  const remove = new Set<string>();
  const put = (id: string) => {
    remove.delete(id);
    add.add(id);
  };
  const drop = (id: string) => {
    add.delete(id);
    remove.add(id);
  };
  const dropAll = () => {
    for (const { id } of present) remove.add(id);
    for (const id of add) remove.add(id);
    add.clear();
  };
  const known = new Map([...types, ...present.map(({ id, type }) => [id, type] as const)]);
  const matching = (filter: Filter): string[] => {
    const kept = present.filter(({ id }) => !remove.has(id)).map(({ id }) => id);
    return [...add.union(new Set(kept))].filter((id) => matchesValue(filter, withType(id, known.get(id))));
  };
  for (const operation of operations) {
    const { op, path, value } = operation;
    if (path.path.subAttribute) {
      throw invalidPath('pathInsideMembers')`Members are added and removed whole: use the path members.`;
    }
    if (op === 'remove') {
      if (!path.filter) dropAll();
      else for (const id of namedIds(path.filter) ?? matching(path.filter)) drop(id);
      continue;
    }
    if (path.filter) {
      throw mutability(
        'memberChanged',
      )`A membership cannot be changed: remove the member and add the other one.`;
    }
    if (op === 'replace') dropAll();
    for (const id of memberIds(value)) put(id);
  }
  return { add, remove };
};

/** The ids in a filter of the form `value eq "…" or value eq "…"`; undefined for any other filter. */
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

/** The member as a filter sees it; an id that is neither a user nor a group has no type. */
const withType = (value: string, type: MemberType | undefined): JsonObject => ({
  value,
  ...(type && { type }),
});

/** The ids in a value of `members`. Throws invalidValue for a member without one. */
export const memberIds = (value: Json | undefined): string[] => {
  const elements = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return elements.map((element) => {
    const id = isObject(element) ? element.value : undefined;
    if (typeof id !== 'string') {
      throw invalidValue('memberWithoutId')`Each of members needs a value: the id of a user or group.`;
    }
    return id;
  });
};
