// A search over all resource types of a tenant (RFC 7644 §3.4.3, at the root).

import { invalidCursor, invalidValue, ScimError } from '../../scim/errors/errors.ts';
import type { JsonObject } from '../../scim/json.ts';
import { DEFAULT_COUNT, MAX_COUNT } from '../../scim/limits.ts';
import { listResponse } from '../../scim/query/list-response.ts';
import { parseSearchRequest, type Query } from '../../scim/query/query.ts';
import type { ResourceType } from '../../scim/schemas/schema.ts';
import { findListPage, type Search } from './search.ts';

/**
 * The ListResponse: users first, then groups, then the tenant's own types, each in its own order. A type that does not have
 * an attribute of the filter has no matches; the filter is refused only if every type refuses it. Throws like
 * parseSearchRequest, and invalidCursor or invalidValue for a cursor or `sortBy`.
 */
export const searchEverything = async (
  searches: readonly Search[],
  body: JsonObject,
): Promise<JsonObject> => {
  const queries = searches.map((search) => ({ search, query: parseFor(search.type, body) }));
  const refusals = queries.flatMap(({ query }) => (query instanceof ScimError ? [query] : []));
  if (refusals.length === queries.length && refusals[0]) throw refusals[0];

  const resources: JsonObject[] = [];
  let bytes = 0;
  let totalResults = 0;
  let startIndex = 1;
  for (const { search, query } of queries) {
    if (query instanceof ScimError) continue;
    assertIndexed(query);
    startIndex = query.startIndex;
    // The part of this type's list that falls into the page, after the resources of other types.
    const window = {
      ...query,
      startIndex: Math.max(1, query.startIndex - totalResults),
      count: Math.min(query.count ?? DEFAULT_COUNT, MAX_COUNT) - resources.length,
    };
    const found = await findListPage(search, window, { resources: resources.length, bytes });
    bytes += found.bytes;
    totalResults += found.page.totalResults;
    resources.push(...found.page.resources);
  }
  return listResponse({ resources, totalResults, startIndex });
};

const parseFor = (type: ResourceType, body: JsonObject): Query | ScimError => {
  try {
    return parseSearchRequest(body, type);
  } catch (error) {
    if (error instanceof ScimError && error.scimType === 'invalidFilter') return error;
    throw error;
  }
};

const assertIndexed = ({ cursor, sortBy }: Query): void => {
  if (cursor !== undefined) {
    throw invalidCursor('cursorOverEverything')`A search over all types has no cursors: use startIndex.`;
  }
  if (sortBy) {
    throw invalidValue(
      'sortedEverything',
    )`A search over all types cannot be sorted: search one resource type.`;
  }
};
