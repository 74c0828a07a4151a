// How a filter is answered, decided before anything is read: where the candidates come from, and what has to be loaded to
// judge them. The whole filter is then evaluated over each candidate, so an index can narrow what is read but never change an
// answer; the worst that it can do is lag (externalId and work e-mail).

import { foldCase } from '../../scim/filter/comparison.ts';
import type { Filter } from '../../scim/filter/filter.ts';
import type { Query } from '../../scim/query/query.ts';
import type { ResourceType } from '../../scim/schemas/schema.ts';
import { claimKey, foldedName } from '../held-values.ts';

/** Where candidates come from, each a superset of those who match. */
export type Source =
  | { readonly from: 'ids'; readonly ids: readonly string[] }
  /** Whoever holds a claim. */
  | { readonly from: 'claim'; readonly claim: string }
  /** The user of a folded name. */
  | { readonly from: 'userName'; readonly name: string }
  /** The groups of a folded name. */
  | { readonly from: 'groupName'; readonly name: string }
  | { readonly from: 'externalId'; readonly externalId: string }
  /** The users with a folded work e-mail address. */
  | { readonly from: 'email'; readonly email: string }
  /** The groups that have a member. */
  | { readonly from: 'groupsOf'; readonly memberId: string }
  /** The users that are in a group. */
  | { readonly from: 'membersOf'; readonly groupId: string }
  | { readonly from: 'either'; readonly sources: readonly Source[] }
  | { readonly from: 'everything' };

/** What has to be loaded of a facet to evaluate the filter; with `only`, just what refers to these ids. */
export interface FacetNeed {
  readonly name: string;
  readonly only?: ReadonlySet<string>;
}

export interface Plan {
  readonly source: Source;
  readonly needs: readonly FacetNeed[];
}

/** A condition `attribute eq "text"`, which every match satisfies. */
interface Equality {
  /** As filters write it; `emails[type eq "work"].value` for that. */
  readonly name: string;
  readonly value: string;
}

interface IndexRow {
  /** The type that it serves; undefined for all. */
  readonly typeName?: string;
  readonly attribute: string;
  readonly source: (type: ResourceType, value: string) => Source | undefined;
}

/** All indexes, the most selective first. A type of a tenant's own has one more for each attribute in `lookups`. */
const indexes: readonly IndexRow[] = [
  { attribute: 'id', source: (_, id) => ({ from: 'ids', ids: [id] }) },
  {
    typeName: 'User',
    attribute: 'userName',
    source: (type, value) => ({ from: 'userName', name: foldedName(type, value) ?? value }),
  },
  {
    typeName: 'Group',
    attribute: 'displayName',
    source: (_, value) => ({ from: 'groupName', name: foldCase(value) }),
  },
  { attribute: 'externalId', source: (_, externalId) => ({ from: 'externalId', externalId }) },
  {
    typeName: 'User',
    attribute: 'emails[type eq "work"].value',
    source: (_, value) => ({ from: 'email', email: foldCase(value) }),
  },
  { typeName: 'Group', attribute: 'members', source: (_, memberId) => ({ from: 'groupsOf', memberId }) },
  { typeName: 'User', attribute: 'groups', source: (_, groupId) => ({ from: 'membersOf', groupId }) },
];

/** How candidates are ranked: the lower, the fewer there are to read. */
const RANKS: Readonly<Record<Source['from'], number>> = {
  ids: 0,
  claim: 1,
  userName: 1,
  groupName: 2,
  externalId: 3,
  email: 4,
  groupsOf: 5,
  either: 6,
  membersOf: 7,
  everything: 8,
};

/** `facets`: the names of the attributes that are not stored with the resource. */
export const planQuery = (
  type: ResourceType,
  { filter, sortBy }: Pick<Query, 'filter' | 'sortBy'>,
  facets: readonly string[],
): Plan => ({
  source: filter ? sourceOf(type, filter) : { from: 'everything' },
  needs: facets.flatMap((name) => {
    const isSortedBy = sortBy && !sortBy.extension && sortBy.attribute.name === name;
    return isSortedBy ? { name } : ((filter && needOf(filter, name)) ?? []);
  }),
});

/** So many look-ups in one filter are still look-ups. */
const FEW_SOURCES = 10;

/** Whether answering costs more than looking somebody up: the plan reads everybody, or all members of somebody. */
export const isCostly = ({ source, needs }: Plan): boolean =>
  readsMany(source) || needs.some(({ only }) => only === undefined);

const readsMany = (source: Source): boolean =>
  source.from === 'everything' ||
  source.from === 'membersOf' ||
  (source.from === 'either' && (source.sources.length > FEW_SOURCES || source.sources.some(readsMany)));

const sourceOf = (type: ResourceType, filter: Filter): Source => {
  if (filter.kind === 'or') {
    const sources = [filter.left, filter.right]
      .map((side) => sourceOf(type, side))
      .flatMap((source) => (source.from === 'either' ? source.sources : source));
    return sources.some(({ from }) => from === 'everything')
      ? { from: 'everything' }
      : { from: 'either', sources };
  }
  if (filter.kind === 'and') {
    const [left, right] = [sourceOf(type, filter.left), sourceOf(type, filter.right)];
    return RANKS[right.from] < RANKS[left.from] ? right : left;
  }
  const equality = equalityOf(filter);
  const source = equality && indexFor(type, equality);
  return source ?? { from: 'everything' };
};

const indexFor = (type: ResourceType, { name, value }: Equality): Source | undefined => {
  const row = indexes.find(
    ({ typeName = type.name, attribute }) => typeName === type.name && attribute === name,
  );
  if (row) return row.source(type, value);
  const claim = type.lookups?.includes(name) ? claimKey(type, name, value) : undefined;
  return claim === undefined ? undefined : { from: 'claim', claim };
};

/** What a single condition says of every match, if it is an equality with a text. */
const equalityOf = (filter: Filter): Equality | undefined => {
  if (filter.kind === 'compare') {
    const { path, operator, value } = filter;
    if (operator !== 'eq' || typeof value !== 'string' || path.extension) return undefined;
    const { attribute, subAttribute } = path;
    const isWhole = !subAttribute || (subAttribute.name === 'value' && attribute.multiValued);
    return { name: isWhole ? attribute.name : `${attribute.name}.${subAttribute.name}`, value };
  }
  if (filter.kind !== 'valuePath' || filter.path.extension) return undefined;
  const inner = requiredEqualities(filter.filter);
  const value = inner.find(({ name }) => name === 'value')?.value;
  if (value === undefined) return undefined;
  const { name } = filter.path.attribute;
  if (name !== 'emails') return { name, value };
  const isWork = inner.some((one) => one.name === 'type' && foldCase(one.value) === 'work');
  return isWork ? { name: 'emails[type eq "work"].value', value } : undefined;
};

/** The equalities that hold for every match: those joined by `and` at the top. */
const requiredEqualities = (filter: Filter): Equality[] =>
  filter.kind === 'and'
    ? [...requiredEqualities(filter.left), ...requiredEqualities(filter.right)]
    : [equalityOf(filter)].filter((one) => one !== undefined);

/** What the filter needs of a facet: all values, those with certain ids, or (undefined) none. */
const needOf = (filter: Filter, facet: string): FacetNeed | undefined => {
  const conditions = conditionsOn(filter, facet);
  if (conditions.length === 0) return undefined;
  const ids = conditions.map((condition) => idIn(condition));
  return ids.every((id) => id !== undefined) ? { name: facet, only: new Set(ids) } : { name: facet };
};

/** The conditions on a core attribute, wherever they stand. */
const conditionsOn = (filter: Filter, attributeName: string): Filter[] => {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [...conditionsOn(filter.left, attributeName), ...conditionsOn(filter.right, attributeName)];
    case 'not':
      return conditionsOn(filter.filter, attributeName);
    default:
      return !filter.path.extension && filter.path.attribute.name === attributeName ? [filter] : [];
  }
};

/** The one id that a value must have to satisfy the condition: whatever the others are, they do not. */
const idIn = (condition: Filter): string | undefined => {
  const equality = equalityOf(condition);
  return equality && !equality.name.includes('.') ? equality.value : undefined;
};
