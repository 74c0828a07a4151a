// Lists: filtered by a plan, unfiltered page by page.

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
import { type AsksOf, type OnBytes, withWork } from '../limits/work.ts';
import { WorkBudget } from '../limits/work-budget.ts';
import { Reader } from '../reader.ts';
import type { StoredResource } from '../stored-resource.ts';
import { walkCandidates } from './candidates.ts';
import { type ResourcePage, readCursorPage, readPage } from './pages.ts';
import { isCostly, type Plan, planQuery } from './plan.ts';

/** Pages up to this size are what identity providers read in turn. */
const MAX_CHEAP_COUNT = 200;

/** Who asks, and what for. */
export interface Search extends AsksOf {
  readonly tenantUrl: string;
  readonly type: ResourceType;
  readonly facets: readonly Facet[];
}

/** The answer to a list or search request (RFC 7644 §3.4.2, §3.4.3). */
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
  return withWork(search, costly, async (onBytes) => {
    const reader = new Reader(search.tenant);
    const page = isFiltered
      ? await findPage(search, reader, query, plan, count, onBytes)
      : await readListed(reader, type, query, count, onBytes);
    return answer(search, reader, query, page);
  });
};

const readListed = (
  reader: Reader,
  type: ResourceType,
  { cursor, startIndex }: Query,
  count: number,
  onBytes: OnBytes,
): Promise<ResourcePage> =>
  cursor === undefined
    ? readPage(reader, type, { startIndex, count, onBytes })
    : readCursorPage(reader, type, { cursor, count, onBytes });

/** The page of everything that matches, in the order of ids or as `sortBy` says. */
const findPage = async (
  search: Search,
  reader: Reader,
  { filter, sortBy, sortOrder, startIndex, cursor }: Query,
  plan: Plan,
  count: number,
  onBytes: OnBytes,
): Promise<ResourcePage> => {
  const work = new WorkBudget(narrowerFilter(search.type));
  const found: { readonly stored: StoredResource; readonly view: JsonObject }[] = [];
  try {
    for await (const page of walkCandidates(reader, search.type, plan.source, work)) {
      for (const candidate of await viewAll(search, reader, page, plan, work)) {
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

/** What the filter is evaluated over: the resources, with what the plan needs of their facets. */
const viewAll = async (
  { type, tenantUrl, facets }: Search,
  reader: Reader,
  page: readonly StoredResource[],
  { source, needs }: Plan,
  work: WorkBudget,
) => {
  // The membership check of provisioning clients, `id eq "…" and members eq "…"`, is to cost two reads.
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

/** The page as the client asked to see it. */
const answer = async (
  { type, tenantUrl, facets }: Search,
  reader: Reader,
  query: Query,
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
