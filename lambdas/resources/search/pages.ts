// Pages of an unfiltered list, by startIndex or by cursor. With startIndex each page stores a mark for the next one, so that
// every page of a sequential listing costs the same, and no resource that exists throughout is missed or repeated while
// others are created and deleted.

import { reportLostWrite } from '../../platform/best-effort.ts';
import { now } from '../../platform/clock.ts';
import { tenantOf } from '../../platform/tenant.ts';
import { invalidCursor, tooMany } from '../../scim/errors/errors.ts';
import { decodeCursor, encodeCursor } from '../../scim/query/cursor.ts';
import type { ResourceType } from '../../scim/schemas/schema.ts';
import { readCounter } from '../counters-table.ts';
import type { OnBytes } from '../limits/tenant-slots.ts';
import type { Reader } from '../reader.ts';
import { countInIndex } from '../resources-table.ts';
import { isResourceId, type StoredResource } from '../stored-resource.ts';
import { getPageMark, putPageMark } from './page-marks-table.ts';

/** A page of a list, and the length of the whole list. */
export interface ResourcePage {
  readonly resources: readonly StoredResource[];
  readonly totalResults: number;
  /** Whether more was asked for than one request may read. */
  readonly isCut?: boolean;
  /** The cursor after the first `count` of the resources, undefined at the end of the list; only of a list with cursors. */
  readonly cursorAfter?: (count: number) => string | undefined;
}

/** The size of the page to read. */
interface PageRequest {
  readonly count: number;
  readonly onBytes?: OnBytes | undefined;
}

/** How many pages of 1 MB a jump to a startIndex without a mark may skip: about 25,000 users. */
const MAX_SKIPPED_PAGES = 20;

/** More resources than fit into 1 MB. */
const MAX_PAGE_SIZE = 10_000;

/** How many megabytes of resources one page of a list may be made of: they are in memory together. */
const MAX_READ_PAGES = 20;

/** `count` resources from `startIndex` (1-based), in order of id. Throws tooMany if there is no mark and it is too far. */
export const readPage = async (
  reader: Reader,
  type: ResourceType,
  { startIndex, count, onBytes }: PageRequest & { readonly startIndex: number },
): Promise<ResourcePage> => {
  const nowMs = now();
  const mark =
    startIndex > 1 ? await getPageMark(reader.tenant, type.name, { count, startIndex }, nowMs) : undefined;
  const skip = mark ? 0 : startIndex - 1;
  const { resources, more, skipped, isCut } = await readAfter(reader, type, {
    after: mark?.after,
    skip,
    count,
    onBytes,
  });
  if (!more) return { resources, totalResults: (mark ? startIndex - 1 : skipped) + resources.length };
  // Resources created during the listing may exceed the total of the first page, and clients stop there.
  const seen = startIndex + resources.length;
  const totalResults = Math.max(seen, mark?.totalResults ?? (await countAll(reader, type, seen)));
  const after = resources.at(-1)?.id;
  if (after !== undefined && !isCut) {
    const nextMark = { count, startIndex: startIndex + count, after, totalResults };
    await putPageMark(reader.tenant, type.name, nextMark, nowMs).catch((error: unknown) =>
      reportLostWrite('PageMark', error, { tenant: tenantOf(reader.tenant) }),
    );
  }
  return { resources, totalResults, isCut };
};

/** `count` resources from `cursor`, in order of id; empty starts the list. Throws invalidCursor or expiredCursor. */
export const readCursorPage = async (
  reader: Reader,
  type: ResourceType,
  { cursor, count, onBytes }: PageRequest & { readonly cursor: string },
): Promise<ResourcePage> => {
  const nowMs = now();
  const from = cursor === '' ? undefined : decodeCursor(cursor, nowMs);
  const last = from?.after;
  // Anything but an id is from a filtered or sorted list, or forged, and might not be a valid key.
  if (typeof last === 'number' || (last !== undefined && !isResourceId(last))) {
    throw invalidCursor('cursorOfAnotherList')`The cursor belongs to another list.`;
  }
  const { resources, more } = await readAfter(reader, type, { after: last, skip: 0, count, onBytes });
  const seen = resources.length + (more ? 1 : 0);
  const totalResults = from?.totalResults ?? (more ? await countAll(reader, type, seen) : seen);
  return {
    resources,
    totalResults,
    cursorAfter: (shown) => {
      const after = resources[shown - 1]?.id ?? last;
      const isEnd = shown === resources.length && !more;
      return isEnd || after === undefined ? undefined : encodeCursor({ after, totalResults }, nowMs);
    },
  };
};

/**
 * The number of resources of the type. The counter lags for a moment, so the result is at least `seen`, the number that
 * certainly exists. For tenants older than the counters, the resources are counted in by-name.
 */
const countAll = async ({ tenant }: Reader, type: ResourceType, seen: number): Promise<number> => {
  const counted = await readCounter(tenant, type.name);
  return Math.max(seen, counted ?? (await countInIndex(tenant, type.name)));
};

/**
 * Reads one resource more than `count`, to know whether there are more; fewer, and `isCut`, if they are too large to be read
 * together. Throws tooMany if `skip` is too far.
 */
const readAfter = async (
  reader: Reader,
  type: ResourceType,
  {
    after,
    skip,
    count,
    onBytes,
  }: PageRequest & { readonly after: string | undefined; readonly skip: number },
) => {
  const resources: StoredResource[] = [];
  const pageSize = Math.min(skip + count + 1, MAX_PAGE_SIZE);
  let skipped = 0;
  let pages = 0;
  let readPages = 0;
  for await (const page of reader.walk(type, { after, pageSize, onBytes })) {
    if (skipped < skip && ++pages > MAX_SKIPPED_PAGES) {
      throw tooMany(
        'jumpTooFar',
      )`startIndex ${skip + 1} cannot be jumped to. List page by page from the start, without pauses.`;
    }
    const surplus = Math.min(skip - skipped, page.length);
    skipped += surplus;
    resources.push(...page.slice(surplus));
    if (resources.length > count)
      return { resources: resources.slice(0, count), skipped, more: true, isCut: false };
    if (skipped === skip && ++readPages >= MAX_READ_PAGES && resources.length < count)
      return { resources, skipped, more: true, isCut: true };
  }
  return { resources, skipped, more: false, isCut: false };
};
