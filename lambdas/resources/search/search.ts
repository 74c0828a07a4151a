// Executes list and search requests: filtered or sorted ones by a plan, others page by page.

import { now } from '../../platform/clock.ts';
import type { Incarnation } from '../../platform/tenant.ts';
import { invalidCursor, loggable, phrase, type Wording } from '../../scim/errors/errors.ts';
import { matches } from '../../scim/filter/match.ts';
import type { JsonObject } from '../../scim/json.ts';
import { DEFAULT_COUNT, MAX_COUNT } from '../../scim/limits.ts';
import { decodeCursor, encodeCursor } from '../../scim/query/cursor.ts';
import { listResponse } from '../../scim/query/list-response.ts';
import { project, wants } from '../../scim/query/projection.ts';
import type { Query } from '../../scim/query/query.ts';
import { compareBy } from '../../scim/query/sort.ts';
import { represent } from '../../scim/representation.ts';
import type { ResourceType } from '../../scim/schemas/schema.ts';
import { type Facet, withValues } from '../facets/facet.ts';
import { nameAttribute, WORK_EMAIL } from '../held-values.ts';
import { AnswerBudget } from '../limits/answer-budget.ts';
import { SearchBudget } from '../limits/search-budget.ts';
import { type OnBytes, withTenantSlot } from '../limits/tenant-slots.ts';
import { Reader } from '../reader.ts';
import type { StoredResource } from '../stored-resource.ts';
import { walkCandidates } from './candidates.ts';
import { type ResourcePage, readCursorPage, readPage } from './pages.ts';
import { isCostly, type Plan, planQuery } from './plan.ts';

/** Pages of up to this size do not count as costly: identity providers read these one after another. */
const MAX_CHEAP_COUNT = 200;

/** The collection that is searched. */
export interface Search {
  readonly tenant: Incarnation;
  readonly tenantUrl: string;
  readonly type: ResourceType;
  readonly facets: readonly Facet[];
}

/** A list or search request while it is executed. */
interface Execution {
  readonly search: Search;
  readonly reader: Reader;
  readonly query: Query;
  /** The page size. */
  readonly count: number;
  readonly onBytes: OnBytes;
}

/** The ListResponse to a list or search request (RFC 7644 §3.4.2, §3.4.3). Throws tooMany, or 429 or 503. */
export const searchResources = async (search: Search, query: Query): Promise<JsonObject> => {
  const { type, facets } = search;
  const count = Math.min(query.count ?? DEFAULT_COUNT, MAX_COUNT);
  const isFiltered = query.filter !== undefined || query.sortBy !== undefined;
  const plan = planQuery(
    type,
    query,
    facets.map(({ name }) => name),
  );
  const costly = isFiltered ? isCostly(plan) : count > MAX_CHEAP_COUNT;
  return withTenantSlot(search.tenant, costly, async (onBytes) => {
    const execution = { search, reader: new Reader(search.tenant), query, count, onBytes };
    const page = isFiltered ? await findPage(execution, plan) : await readListed(execution);
    return answer(execution, page);
  });
};

const readListed = ({ search, reader, query, count, onBytes }: Execution): Promise<ResourcePage> =>
  query.cursor === undefined
    ? readPage(reader, search.type, { startIndex: query.startIndex, count, onBytes })
    : readCursorPage(reader, search.type, { cursor: query.cursor, count, onBytes });

/** The page of all matches, in order of id or by `sortBy`. */
const findPage = async (
  { search, reader, query, count, onBytes }: Execution,
  plan: Plan,
): Promise<ResourcePage> => {
  const { filter, sortBy, sortOrder, startIndex, cursor } = query;
  const work = new SearchBudget(narrowerFilter(search.type));
  const found: { readonly stored: StoredResource; readonly view: JsonObject }[] = [];
  try {
    for await (const page of walkCandidates(reader, search.type, plan.source, work)) {
      for (const candidate of await viewAll(search, page, plan, { reader, work })) {
        if (!filter || matches(filter, candidate.view)) found.push(candidate);
      }
    }
  } finally {
    onBytes(work.allBytesRead);
  }
  if (sortBy) {
    const compare = compareBy(sortBy, sortOrder);
    found.sort((a, b) => compare(a.view, b.view));
  }
  const from = cursor === undefined ? startIndex - 1 : offsetOf(cursor);
  const resources = found.slice(from, from + count).map(({ stored }) => stored);
  const after = from + count;
  const hasMore = cursor !== undefined && count > 0 && after < found.length;
  return {
    resources,
    totalResults: found.length,
    ...(hasMore && { nextCursor: encodeCursor({ after, totalResults: found.length }, now()) }),
  };
};

/** The number of resources that the cursor of a filtered or sorted list has passed. Throws invalidCursor or expiredCursor. */
const offsetOf = (cursor: string): number => {
  const after = cursor === '' ? 0 : decodeCursor(cursor, now()).after;
  if (typeof after === 'string')
    throw invalidCursor('cursorOfAnotherList')`The cursor belongs to another list.`;
  return after;
};

/** The resources with the facets that the plan needs, for the evaluation of the filter. */
const viewAll = async (
  { type, tenantUrl, facets }: Search,
  page: readonly StoredResource[],
  { source, needs }: Plan,
  { reader, work }: { readonly reader: Reader; readonly work: SearchBudget },
) => {
  // The membership check of provisioning clients, `id eq "…" and members eq "…"`, should cost only two reads.
  const mayLag = source.from === 'ids';
  const ids = page.map(({ id }) => id);
  let views = page.map((stored) => ({ stored, view: represent(stored, type, tenantUrl) }));
  for (const { name, only } of needs) {
    const facet = facets.find((one) => one.name === name);
    const values = await facet?.load({ reader, tenantUrl, work, mayLag }, ids, only);
    views = views.map(({ stored, view }) => ({
      stored,
      view: withValues(view, name, values?.get(stored.id)),
    }));
  }
  return views;
};

const narrowerFilter = (type: ResourceType): Wording => {
  const workEmail = type.name === 'User' ? [WORK_EMAIL] : [];
  const indexed = ['id', nameAttribute(type), 'externalId', ...workEmail].filter(Boolean).join(', ');
  return phrase`There are too many ${loggable(type.name)}s to search through. Filter by ${loggable(indexed)} with eq, or list them all.`;
};

/** The ListResponse of the page, with the requested attributes. */
const answer = async (
  { search: { type, tenantUrl, facets }, reader, query }: Execution,
  { resources: stored, totalResults, nextCursor }: ResourcePage,
): Promise<JsonObject> => {
  const budget = new AnswerBudget(
    loggable('Ask for fewer resources with count, or leave members out with excludedAttributes.'),
  );
  let whole = stored.map((resource) => represent(resource, type, tenantUrl));
  for (const { name, load } of facets.filter((facet) => wants(query.projection, facet.name))) {
    const values = await load(
      { reader, tenantUrl, answer: budget },
      stored.map(({ id }) => id),
    );
    whole = whole.map((resource) => withValues(resource, name, values.get(String(resource.id))));
  }
  const resources = whole.map((resource) => project(resource, query.projection));
  for (const resource of resources) budget.spend(resource);
  return query.cursor === undefined
    ? listResponse({ resources, totalResults, startIndex: query.startIndex })
    : listResponse({ resources, totalResults, nextCursor });
};
