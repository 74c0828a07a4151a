// What a client asks of a list: the query parameters of RFC 7644 §3.4.2, or the same in a SearchRequest (§3.4.3).

import {
  invalidCount,
  invalidFilter,
  invalidSyntax,
  invalidValue,
  type Sentence,
  word,
} from '../errors/errors.ts';
import { type Filter, parseFilter } from '../filter/filter.ts';
import type { Json, JsonObject } from '../json.ts';
import { type AttributePath, comparablePath, resolvePath, targetOf } from '../schemas/attribute-path.ts';
import type { ResourceType } from '../schemas/schema.ts';
import { type AttributeNames, type Projection, parseProjection } from './projection.ts';
import type { SortOrder } from './sort.ts';

export const SEARCH_REQUEST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

export interface Query {
  readonly filter?: Filter;
  /** Counted from 1; without meaning when there is a cursor. */
  readonly startIndex: number;
  /** At least 0; undefined leaves the page size to the service provider. */
  readonly count?: number;
  /** RFC 9865: the empty cursor asks for the first page. */
  readonly cursor?: string;
  /** A path to a value, never to a complex attribute. */
  readonly sortBy?: AttributePath;
  readonly sortOrder: SortOrder;
  readonly projection: Projection;
}

/**
 * The query of a GET. Names compare without case; unknown ones are ignored, such as the `aadOptscim062020` that Entra's
 * administrators append to the Tenant URL. Throws invalidFilter, invalidCount or invalidValue.
 */
export const parseQuery = (
  parameters: ReadonlyMap<string, string> | Readonly<Record<string, string | undefined>>,
  type: ResourceType,
): Query => toQuery(parameters instanceof Map ? parameters : new Map(Object.entries(parameters)), type);

/** The query of a `POST /.search`. Throws invalidSyntax when the body is no SearchRequest. */
export const parseSearchRequest = (body: JsonObject, type: ResourceType): Query => {
  const members = new Map(Object.entries(body));
  const schemas = lowerCased(members).get('schemas');
  if (!Array.isArray(schemas) || !schemas.includes(SEARCH_REQUEST_SCHEMA)) {
    throw invalidSyntax(
      'searchSchemaMissing',
    )`The schemas of a search request contain ${word(SEARCH_REQUEST_SCHEMA)}.`;
  }
  return toQuery(members, type);
};

const toQuery = (members: ReadonlyMap<string, Json | undefined>, type: ResourceType): Query => {
  const given = lowerCased(members);
  const cursor = readText('cursor', given);
  const refuseNumber = invalidValue('parameterNotInteger');
  const refuseCount = cursor === undefined ? refuseNumber : invalidCount('countNotInteger');
  const count = readInteger('count', given, refuseCount);
  return {
    filter: readFilter(given.get('filter'), type),
    startIndex: Math.max(1, readInteger('startIndex', given, refuseNumber) ?? 1),
    count: count === undefined ? undefined : Math.max(0, count),
    cursor,
    sortBy: readSortBy(readText('sortBy', given), type),
    sortOrder: readSortOrder(readText('sortOrder', given)),
    projection: parseProjection(readNames('attributes', given), readNames('excludedAttributes', given), type),
  };
};

type Members = ReadonlyMap<string, Json>;

/** null is no value (RFC 7643 §2.5). */
const lowerCased = (members: ReadonlyMap<string, Json | undefined>): Members => {
  const lower = new Map<string, Json>();
  for (const [name, value] of members) {
    if (value !== undefined && value !== null) lower.set(name.toLowerCase(), value);
  }
  return lower;
};

/** An empty filter is refused, because a client that lost its filter must not take everybody for a match. */
const readFilter = (value: Json | undefined, type: ResourceType): Filter | undefined => {
  if (value === undefined) return undefined;
  if (typeof value !== 'string')
    throw invalidFilter('filterNotText')`filter is a text such as userName eq "alice".`;
  return parseFilter(value, type);
};

const INTEGER = /^[+-]?\d+$/;

const readInteger = (name: string, given: Members, refuse: Sentence): number | undefined => {
  const value = given.get(name.toLowerCase());
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && INTEGER.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || (Number.isFinite(number) && !Number.isInteger(number))) {
    throw refuse`${word(name)} is an integer, such as ${word(name)}=1.`;
  }
  return Math.min(Math.max(number, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
};

const readText = (name: string, given: Members): string | undefined => {
  const value = given.get(name.toLowerCase());
  if (value === undefined || typeof value === 'string') return value;
  throw invalidValue('parameterNotText')`${word(name)} is a text.`;
};

const readNames = (name: string, given: Members): AttributeNames => {
  const value = given.get(name.toLowerCase());
  if (value === undefined || typeof value === 'string') return value;
  const names = Array.isArray(value) ? value.filter((element) => typeof element === 'string') : undefined;
  if (names && Array.isArray(value) && names.length === value.length) return names;
  throw invalidValue('parameterNotNames')`${word(name)} is a list of attribute names.`;
};

const readSortBy = (name: string | undefined, type: ResourceType): AttributePath | undefined => {
  if (!name?.trim()) return undefined;
  const path = resolvePath(name.trim(), type);
  const sortBy = path && comparablePath(path);
  if (!sortBy) {
    throw invalidValue(
      'sortByUnknown',
    )`sortBy names an attribute of ${word(type.name)} with a value, such as meta.lastModified.`;
  }
  if (sortBy.attribute.returned === 'never' || targetOf(sortBy).returned === 'never') {
    throw invalidValue('sortByHidden')`sortBy names an attribute that can be written but not read.`;
  }
  return sortBy;
};

const readSortOrder = (order: string | undefined): SortOrder => {
  const lowerOrder = order?.trim().toLowerCase() || 'ascending';
  if (lowerOrder === 'ascending' || lowerOrder === 'descending') return lowerOrder;
  throw invalidValue('sortOrderUnknown')`sortOrder is ascending or descending.`;
};
