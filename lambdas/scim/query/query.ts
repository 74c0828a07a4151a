// Parses a query: the parameters of RFC 7644 §3.4.2, or the same in a SearchRequest (§3.4.3).

import {
  type ErrorTemplate,
  invalidCount,
  invalidFilter,
  invalidSyntax,
  invalidValue,
  loggable,
} from '../errors/errors.ts';
import { type Filter, parseFilter } from '../filter/filter.ts';
import type { Json, JsonObject } from '../json.ts';
import { type AttributePath, comparablePath, resolvePath, targetOf } from '../schemas/attribute-path.ts';
import type { ResourceType } from '../schemas/schema.ts';
import { undeclaredPath } from '../schemas/undeclared.ts';
import { type AttributeNames, type Projection, parseProjection } from './projection.ts';
import type { SortOrder } from './sort.ts';

/** The `schemas` value of a SearchRequest. */
export const SEARCH_REQUEST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** The parsed parameters of a query. */
export interface Query {
  readonly filter?: Filter;
  /** From 1; ignored if there is a cursor. */
  readonly startIndex: number;
  /** At least 0; undefined for the default page size. */
  readonly count?: number;
  /** RFC 9865: an empty cursor requests the first page. */
  readonly cursor?: string;
  /** Always a path to a simple value, never to a complex attribute. */
  readonly sortBy?: AttributePath;
  readonly sortOrder: SortOrder;
  readonly projection: Projection;
}

/**
 * The query of a GET. Parameter names are case-insensitive; unknown ones are ignored, such as the `aadOptscim062020` that
 * Entra administrators append to the Tenant URL. Throws invalidFilter, invalidCount or invalidValue.
 */
export const parseQuery = (
  parameters: ReadonlyMap<string, string> | Readonly<Record<string, string | undefined>>,
  type: ResourceType,
): Query => toQuery(parameters instanceof Map ? parameters : new Map(Object.entries(parameters)), type);

/** The query of a `POST /.search`. Throws like parseQuery, and invalidSyntax if the body is not a SearchRequest. */
export const parseSearchRequest = (body: JsonObject, type: ResourceType): Query => {
  const parameters = new Map(Object.entries(body));
  const schemas = lowerCased(parameters).get('schemas');
  if (!Array.isArray(schemas) || !schemas.includes(SEARCH_REQUEST_SCHEMA)) {
    throw invalidSyntax(
      'searchSchemaMissing',
    )`The schemas of a search request contain ${loggable(SEARCH_REQUEST_SCHEMA)}.`;
  }
  return toQuery(parameters, type);
};

const toQuery = (parameters: ReadonlyMap<string, Json | undefined>, type: ResourceType): Query => {
  const given = lowerCased(parameters);
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

type Parameters = ReadonlyMap<string, Json>;

/** The parameters by lower-case name, without null, which is no value (RFC 7643 §2.5). */
const lowerCased = (parameters: ReadonlyMap<string, Json | undefined>): Parameters => {
  const lower = new Map<string, Json>();
  for (const [name, value] of parameters) {
    if (value !== undefined && value !== null) lower.set(name.toLowerCase(), value);
  }
  return lower;
};

/** Refuses an empty filter: a client that lost its filter must not get everybody as a match. */
const readFilter = (value: Json | undefined, type: ResourceType): Filter | undefined => {
  if (value === undefined) return undefined;
  if (typeof value !== 'string')
    throw invalidFilter('filterNotText')`filter is a text such as userName eq "alice".`;
  return parseFilter(value, type);
};

const INTEGER = /^[+-]?\d+$/;

const readInteger = (name: string, given: Parameters, refuse: ErrorTemplate): number | undefined => {
  const value = given.get(name.toLowerCase());
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && INTEGER.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || (Number.isFinite(number) && !Number.isInteger(number))) {
    throw refuse`${loggable(name)} is an integer, such as ${loggable(name)}=1.`;
  }
  return Math.min(Math.max(number, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
};

const readText = (name: string, given: Parameters): string | undefined => {
  const value = given.get(name.toLowerCase());
  if (value === undefined || typeof value === 'string') return value;
  throw invalidValue('parameterNotText')`${loggable(name)} is a text.`;
};

const readNames = (name: string, given: Parameters): AttributeNames => {
  const value = given.get(name.toLowerCase());
  if (value === undefined || typeof value === 'string') return value;
  const names = Array.isArray(value) ? value.filter((element) => typeof element === 'string') : undefined;
  if (names && Array.isArray(value) && names.length === value.length) return names;
  throw invalidValue('parameterNotNames')`${loggable(name)} is a list of attribute names.`;
};

const readSortBy = (name: string | undefined, type: ResourceType): AttributePath | undefined => {
  if (!name?.trim()) return undefined;
  const path = resolvePath(name.trim(), type) ?? undeclaredPath(name.trim(), type);
  const sortBy = path && comparablePath(path);
  if (!sortBy) {
    throw invalidValue(
      'sortByUnknown',
    )`sortBy names an attribute of ${loggable(type.name)} with a value, such as meta.lastModified.`;
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
