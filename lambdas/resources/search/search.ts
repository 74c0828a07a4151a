// Executes list and search requests: filtered or sorted ones by a plan, others page by page.

import { now } from '../../platform/clock.ts';
import type { Incarnation } from '../../platform/tenant.ts';
import { invalidCursor, loggable, phrase, type Wording } from '../../scim/errors/errors.ts';
import { matches } from '../../scim/filter/match.ts';
import type { JsonObject } from '../../scim/json.ts';
import { DEFAULT_COUNT, MAX_COUNT } from '../../scim/limits.ts';
import { decodeCursor, encodeCursor } from '../../scim/query/cursor.ts';
import { type ListPage, listResponse } from '../../scim/query/list-response.ts';
import { project, wants } from '../../scim/query/projection.ts';
import type { Query } from '../../scim/query/query.ts';
import { compareBy } from '../../scim/query/sort.ts';
import { represent } from '../../scim/representation.ts';
import type { ResourceType } from '../../scim/schemas/schema.ts';
import { type Facet, withValues } from '../facets/facet.ts';
import { nameAttribute, WORK_EMAIL } from '../held-values.ts';
import { AnswerBudget, MAX_ANSWER_BYTES, pageTooLarge } from '../limits/answer-budget.ts';
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
export const searchResources = async (search: Search, query: Query): Promise<JsonObject> =>
  listResponse((await findListPage(search, query)).page);

/** What an answer has already, of other lists. */
interface AnswerSoFar {
  readonly resources: number;
  readonly bytes: number;
}

const EMPTY: AnswerSoFar = { resources: 0, bytes: 0 };

/** A page of a list that is added to an answer, and the bytes of its resources there. Throws as `searchResources`. */
export const findListPage = async (
  search: Search,
  query: Query,
  before = EMPTY,
): Promise<{ readonly page: ListPage; readonly bytes: number }> => {
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
    return showPage(execution, page, before);
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
  const totalResults = found.length;
  const resources = found.slice(from, from + count).map(({ stored }) => stored);
  if (cursor === undefined) return { resources, totalResults };
  const cursorAfter = (shown: number) => {
    const after = from + shown;
    return shown > 0 && after < totalResults ? encodeCursor({ after, totalResults }, now()) : undefined;
  };
  return { resources, totalResults, cursorAfter };
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

/**
 * The page with the requested attributes. What does not fit into the answer is left for the next page where the client goes on
 * by cursor; by startIndex it would skip it, so that is refused with the count that fits.
 */
const showPage = async (
  { search: { type, tenantUrl, facets }, reader, query }: Execution,
  { resources: stored, totalResults, isCut = false, cursorAfter }: ResourcePage,
  before: AnswerSoFar,
): Promise<{ readonly page: ListPage; readonly bytes: number }> => {
  const shownFacets = facets.filter((facet) => wants(query.projection, facet.name));
  const budget = new AnswerBudget(
    stored.map(({ id }) => id),
    MAX_ANSWER_BYTES - before.bytes,
  );
  const own = stored.map((resource) => represent(resource, type, tenantUrl));
  const projected: JsonObject[] = [];
  for (const [place, { id }] of stored.entries()) {
    const resource = project(own[place] ?? {}, query.projection);
    if (!budget.spend(id, resource)) break;
    projected.push(resource);
  }
  let whole: readonly JsonObject[] = own.slice(0, budget.fitting);
  for (const { name, load } of shownFacets) {
    const ids = stored.slice(0, budget.fitting).map(({ id }) => id);
    const values = await load({ reader, tenantUrl, answer: budget }, ids);
    whole = whole.map((resource) => withValues(resource, name, values.get(String(resource.id))));
  }
  const shown = budget.fitting;
  if ((shown < stored.length || isCut) && !(cursorAfter && shown > 0))
    throw pageTooLarge(
      before.resources + shown,
      shownFacets.map(({ name }) => name),
    );
  const resources =
    shownFacets.length === 0
      ? projected.slice(0, shown)
      : whole.slice(0, shown).map((resource) => project(resource, query.projection));
  const nextCursor = cursorAfter?.(shown);
  const page = cursorAfter
    ? { resources, totalResults, ...(nextCursor !== undefined && { nextCursor }) }
    : { resources, totalResults, startIndex: query.startIndex };
  return { page, bytes: budget.bytes };
};
