// Pages of everything, by startIndex or by cursor. With startIndex each page leaves a mark for the next, so that a sequential
// walk costs the same per page at any size, and nobody who was there throughout is missed or repeated while others come and
// go.

import { noteLoss } from '../../platform/dispensable.ts';
import { invalidCursor, tooMany } from '../../scim/errors/errors.ts';
import { decodeCursor, encodeCursor } from '../../scim/query/cursor.ts';
import type { ResourceType } from '../../scim/schemas/schema.ts';
import { tenantOf } from '../../tenants/tenant.ts';
import { readCounter } from '../counters-table.ts';
import type { OnBytes } from '../limits/work.ts';
import type { Reader } from '../reader.ts';
import { countInIndex } from '../resources-table.ts';
import { isResourceId, type StoredResource } from '../stored-resource.ts';
import { getPageMark, putPageMark } from './page-marks-table.ts';

/** A page of a list, and how long the whole list is. */
export interface ResourcePage {
  readonly resources: readonly StoredResource[];
  readonly totalResults: number;
  readonly nextCursor?: string;
}

/** How long a page is to be, and who hears what was read for it. */
interface Slice {
  readonly count: number;
  readonly onBytes?: OnBytes | undefined;
}

/** How much a jump to a startIndex without a mark may walk over, at 1 MB a page: about 25,000 users. */
const MAX_SKIPPED_PAGES = 20;

/** More than 1 MB can hold. */
const MAX_PAGE_SIZE = 10_000;

/** `count` resources from `startIndex` (1-based) in the order of their ids. */
export const readPage = async (
  reader: Reader,
  type: ResourceType,
  { startIndex, count, onBytes }: Slice & { readonly startIndex: number },
): Promise<ResourcePage> => {
  const now = Date.now();
  const mark =
    startIndex > 1 ? await getPageMark(reader.tenant, type.name, { count, startIndex }, now) : undefined;
  const skip = mark ? 0 : startIndex - 1;
  const { resources, more, skipped } = await readBehind(reader, type, {
    after: mark?.after,
    skip,
    count,
    onBytes,
  });
  if (!more) return { resources, totalResults: (mark ? startIndex - 1 : skipped) + resources.length };
  // Users created during the walk may push the list beyond the total that it began with, where clients stop.
  const seen = startIndex + resources.length;
  const totalResults = Math.max(seen, mark?.totalResults ?? (await countAll(reader, type, seen)));
  const after = resources.at(-1)?.id;
  if (after !== undefined) {
    const next = { count, startIndex: startIndex + count };
    await putPageMark(reader.tenant, type.name, next, { after, totalResults }, now).catch((error: unknown) =>
      noteLoss('PageMark', error, { tenant: tenantOf(reader.tenant) }),
    );
  }
  return { resources, totalResults };
};

/** `count` resources from where `cursor` says, in the order of their ids; an empty cursor starts the list. */
export const readCursorPage = async (
  reader: Reader,
  type: ResourceType,
  { cursor, count, onBytes }: Slice & { readonly cursor: string },
): Promise<ResourcePage> => {
  const now = Date.now();
  const from = cursor === '' ? undefined : decodeCursor(cursor, now);
  const last = from?.after;
  // Anything but an id is of a filtered or sorted list, or made up, and might be no key of the table.
  if (typeof last === 'number' || (last !== undefined && !isResourceId(last))) {
    throw invalidCursor('cursorOfAnotherList')`The cursor belongs to another list.`;
  }
  const { resources, more } = await readBehind(reader, type, { after: last, skip: 0, count, onBytes });
  const after = resources.at(-1)?.id ?? last;
  if (!more) return { resources, totalResults: from?.totalResults ?? resources.length };
  const totalResults = from?.totalResults ?? (await countAll(reader, type, resources.length + 1));
  return {
    resources,
    totalResults,
    ...(after !== undefined && { nextCursor: encodeCursor({ after, totalResults }, now) }),
  };
};

/**
 * What the counter says, which is a moment behind, but never less than the `seen` that there are for sure. Tenants that
 * had resources before there were counters have theirs counted.
 */
const countAll = async ({ tenant }: Reader, type: ResourceType, seen: number): Promise<number> => {
  const counted = await readCounter(tenant, type.name);
  return Math.max(seen, counted ?? (await countInIndex(tenant, type.name)));
};

/** One resource more than `count` is read, to know whether there are more. Throws tooMany when `skip` is too far. */
const readBehind = async (
  reader: Reader,
  type: ResourceType,
  { after, skip, count, onBytes }: Slice & { readonly after: string | undefined; readonly skip: number },
) => {
  const resources: StoredResource[] = [];
  const pageSize = Math.min(skip + count + 1, MAX_PAGE_SIZE);
  let skipped = 0;
  let pages = 0;
  for await (const page of reader.walk(type, { after, pageSize, onBytes })) {
    if (skipped < skip && ++pages > MAX_SKIPPED_PAGES) {
      throw tooMany(
        'jumpTooFar',
      )`startIndex ${skip + 1} cannot be jumped to. List page by page from the start, without pauses.`;
    }
    const surplus = Math.min(skip - skipped, page.length);
    skipped += surplus;
    resources.push(...page.slice(surplus));
    if (resources.length > count) return { resources: resources.slice(0, count), skipped, more: true };
  }
  return { resources, skipped, more: false };
};
