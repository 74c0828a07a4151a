// Lists: filtered through an index where there is one, else by a bounded walk; unfiltered page by page.

import type { Tenant } from '../platform/tenant.ts';
import { decodeCursor, encodeCursor } from '../scim/cursor.ts';
import { invalidCursor, tooMany, word } from '../scim/errors.ts';
import type { Filter } from '../scim/filter.ts';
import { matches } from '../scim/filter-match.ts';
import type { JsonObject } from '../scim/json.ts';
import { DEFAULT_COUNT, MAX_COUNT } from '../scim/limits.ts';
import { listResponse } from '../scim/list-response.ts';
import { project, wants } from '../scim/projection.ts';
import type { Query } from '../scim/query.ts';
import { represent } from '../scim/representation.ts';
import type { ResourceType } from '../scim/schema.ts';
import { compareBy } from '../scim/sort.ts';
import { type StoredResource, walkResources } from '../store/resources.ts';
import { findCandidates } from './candidates.ts';
import { AnswerBudget, type ComputedAttribute, withValues } from './computed-attribute.ts';
import { mentions, requiredEqualities } from './filter-conditions.ts';
import { nameAttribute } from './indexed-values.ts';
import { type Page, readCursorPage, readPage } from './pages.ts';

/** A walk reads 1 MB a page. */
const MAX_WALK_PAGES = 20;

/** The answer to a list or search request (RFC 7644 §3.4.2, §3.4.3). */
export const searchResources = async (
  tenant: Tenant,
  type: ResourceType,
  query: Query,
  computed: ComputedAttribute | undefined,
): Promise<JsonObject> => {
  const count = Math.min(query.count ?? DEFAULT_COUNT, MAX_COUNT);
  const page = await readAsked(tenant, type, query, count, computed);
  const budget = new AnswerBudget(
    'Ask for fewer resources with count, or leave members out with excludedAttributes.',
  );
  const load = computed && wants(query.projection, computed.name) ? computed : undefined;
  const resources = await Promise.all(
    page.resources.map(async (stored) => {
      const resource = represent(stored, type, tenant.tenantUrl);
      const complete = load
        ? withValues(resource, load.name, await load.load(tenant, stored.id, budget))
        : resource;
      return project(complete, query.projection);
    }),
  );
  for (const resource of resources) budget.spend(resource);
  const { totalResults, nextCursor } = page;
  return query.cursor === undefined
    ? listResponse({ resources, totalResults, startIndex: query.startIndex })
    : listResponse({ resources, totalResults, nextCursor });
};

const readAsked = (
  tenant: Tenant,
  type: ResourceType,
  query: Query,
  count: number,
  computed: ComputedAttribute | undefined,
): Promise<Page> => {
  if (query.filter || query.sortBy) return findPage(tenant, type, query, count, computed);
  return query.cursor === undefined
    ? readPage(tenant.id, type, query.startIndex, count)
    : readCursorPage(tenant.id, type, query.cursor, count);
};

/** The page of everything that matches, in the order of ids or as `sortBy` says. */
const findPage = async (
  tenant: Tenant,
  type: ResourceType,
  { filter, sortBy, sortOrder, startIndex, cursor }: Query,
  count: number,
  computed: ComputedAttribute | undefined,
): Promise<Page> => {
  const found: { readonly stored: StoredResource; readonly view: JsonObject }[] = [];
  for await (const stored of possibleMatches(tenant, type, filter)) {
    const view = await viewForFilter(tenant, type, stored, filter, computed);
    if (!filter || matches(filter, view)) found.push({ stored, view });
  }
  if (sortBy) {
    const compare = compareBy(sortBy, sortOrder);
    found.sort((a, b) => compare(a.view, b.view));
  }
  const from = cursor === undefined ? startIndex - 1 : shownBefore(cursor);
  const resources = found.slice(from, from + count).map(({ stored }) => stored);
  const after = from + count;
  const hasMore = cursor !== undefined && count > 0 && after < found.length;
  return {
    resources,
    totalResults: found.length,
    ...(hasMore && { nextCursor: encodeCursor({ after, totalResults: found.length }, Date.now()) }),
  };
};

const shownBefore = (cursor: string): number => {
  const after = cursor === '' ? 0 : decodeCursor(cursor, Date.now()).after;
  if (typeof after === 'string')
    throw invalidCursor('cursorOfAnotherList')`The cursor belongs to another list.`;
  return after;
};

const possibleMatches = async function* (tenant: Tenant, type: ResourceType, filter: Filter | undefined) {
  const candidates = filter && (await findCandidates(tenant.id, type, filter));
  if (candidates) return yield* candidates;
  let pages = 0;
  for await (const resources of walkResources(tenant.id, type.name)) {
    if (++pages > MAX_WALK_PAGES) throw tooManyToSearch(type);
    yield* resources;
  }
};

const tooManyToSearch = (type: ResourceType) => {
  const workEmail = type.name === 'User' ? ['emails[type eq "work"].value'] : [];
  const indexed = ['id', nameAttribute(type), 'externalId', ...workEmail].filter(Boolean).join(', ');
  return tooMany(
    'walkTooLong',
  )`There are too many ${word(type.name)}s to search through. Filter by ${word(indexed)} with eq, or list them all.`;
};

/** What the filter is evaluated over. Members are read only when it asks for them, and only the one it asks about. */
const viewForFilter = async (
  tenant: Tenant,
  type: ResourceType,
  stored: StoredResource,
  filter: Filter | undefined,
  computed: ComputedAttribute | undefined,
): Promise<JsonObject> => {
  const view = represent(stored, type, tenant.tenantUrl);
  if (!filter || !computed || !mentions(filter, computed.name)) return view;
  const only = requiredEqualities(filter).find(({ name }) => name === computed.name)?.value;
  const budget = new AnswerBudget(`Filter by ${nameAttribute(type)} or id as well.`);
  return withValues(view, computed.name, await computed.load(tenant, stored.id, budget, only));
};
