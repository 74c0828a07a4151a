// Plans a query before anything is read: which index supplies the candidates, and which facets must be loaded for the
// filter. The whole filter is then evaluated on each candidate, so an index narrows what is read but never changes the
// result, except that it may lag (externalId and work e-mail).

import { foldCase } from '../../scim/filter/comparison.ts';
import type { Filter } from '../../scim/filter/filter.ts';
import type { Query } from '../../scim/query/query.ts';
import type { ResourceType } from '../../scim/schemas/schema.ts';
import { claimKey, foldedName } from '../held-values.ts';

/** Where candidates come from; always a superset of the matches. */
export type Source =
  | { readonly from: 'ids'; readonly ids: readonly string[] }
  /** The resource that holds a claim. */
  | { readonly from: 'claim'; readonly claim: string }
  /** The user with a folded userName. */
  | { readonly from: 'userName'; readonly name: string }
  /** The groups with a folded displayName. */
  | { readonly from: 'groupName'; readonly name: string }
  | { readonly from: 'externalId'; readonly externalId: string }
  /** The users with a folded work e-mail address. */
  | { readonly from: 'email'; readonly email: string }
  /** The groups that have a member. */
  | { readonly from: 'groupsOf'; readonly memberId: string }
  /** The users in a group. */
  | { readonly from: 'membersOf'; readonly groupId: string }
  | { readonly from: 'either'; readonly sources: readonly Source[] }
  | { readonly from: 'everything' };

/** A facet that must be loaded to evaluate the filter; with `only`, just the values that refer to these ids. */
export interface FacetNeed {
  readonly name: string;
  readonly only?: ReadonlySet<string>;
}

/** How a query is executed. */
export interface Plan {
  readonly source: Source;
  readonly needs: readonly FacetNeed[];
}

/** A condition `attribute eq "text"` that every match satisfies. */
interface Equality {
  /** As filters spell it; also `emails[type eq "work"].value`. */
  readonly name: string;
  readonly value: string;
}

interface IndexRow {
  /** The type that the index applies to; undefined for all. */
  readonly typeName?: string;
  readonly attribute: string;
  readonly source: (type: ResourceType, value: string) => Source | undefined;
}

/** All indexes, the most selective first. A tenant's own types have one more for each attribute in `lookups`. */
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

/** The selectivity of sources: the lower the rank, the fewer candidates are read. */
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

/** The plan of a query. `facets`: the names of the attributes that are not stored with the resource. */
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

/** Up to this many look-ups in one filter are not costly. */
const FEW_SOURCES = 10;

/** Whether the plan reads more than a few resources: all of the type, or all members of a group. */
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

/** The equality that a single condition requires of every match; undefined if it is not an equality with a text. */
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

/** The equalities that every match satisfies: those joined by `and` at the top level. */
const requiredEqualities = (filter: Filter): Equality[] =>
  filter.kind === 'and'
    ? [...requiredEqualities(filter.left), ...requiredEqualities(filter.right)]
    : [equalityOf(filter)].filter((one) => one !== undefined);

/** What the filter needs of a facet: all values, those with certain ids, or none (undefined). */
const needOf = (filter: Filter, facet: string): FacetNeed | undefined => {
  const conditions = conditionsOn(filter, facet);
  if (conditions.length === 0) return undefined;
  const ids = conditions.map((condition) => idIn(condition));
  return ids.every((id) => id !== undefined) ? { name: facet, only: new Set(ids) } : { name: facet };
};

/** The conditions on a core attribute, anywhere in the filter. */
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

/** The only id that a value can have to satisfy the condition; undefined if it is not a condition on one id. */
const idIn = (condition: Filter): string | undefined => {
  const equality = equalityOf(condition);
  return equality && !equality.name.includes('.') ? equality.value : undefined;
};
