// Pages of everything, by startIndex. Each page leaves a mark for the next, so that a sequential walk costs the same per
// page at any size, and nothing that existed throughout is missed or repeated while others come and go.

import type { TenantId } from '../platform/tenant.ts';
import { tooMany } from '../scim/errors.ts';
import type { ResourceType } from '../scim/schema.ts';
import { countResources } from '../store/lookups.ts';
import { getPageMark, putPageMark } from '../store/page-marks.ts';
import { type StoredResource, walkResources } from '../store/resources.ts';

export interface Page {
  readonly resources: readonly StoredResource[];
  readonly totalResults: number;
}

/** How far a jump to a startIndex without a mark may walk. */
const MAX_SKIPPED = 20_000;

/** `count` resources from `startIndex` (1-based) in the order of their ids. */
export const readPage = async (
  tenant: TenantId,
  type: ResourceType,
  startIndex: number,
  count: number,
): Promise<Page> => {
  if (count === 0) return { resources: [], totalResults: await countResources(tenant, type.name) };
  const now = Date.now();
  const mark = startIndex > 1 ? await getPageMark(tenant, type.name, { count, startIndex }, now) : undefined;
  const skip = mark ? 0 : startIndex - 1;
  if (skip > MAX_SKIPPED) {
    throw tooMany(
      `startIndex ${startIndex} cannot be jumped to. List page by page from the start, without pauses.`,
    );
  }
  const read = await readBehind(tenant, type, mark?.after, skip, count + 1);
  if (read.resources.length <= count) {
    return {
      resources: read.resources,
      totalResults: (mark ? startIndex - 1 : read.skipped) + read.resources.length,
    };
  }
  const resources = read.resources.slice(0, count);
  const seen = startIndex + count;
  const totalResults = Math.max(mark?.totalResults ?? (await countResources(tenant, type.name)), seen);
  const after = resources[count - 1]?.id ?? '';
  await putPageMark(tenant, type.name, { count, startIndex: seen }, { after, totalResults }, now);
  return { resources, totalResults };
};

const readBehind = async (
  tenant: TenantId,
  type: ResourceType,
  after: string | undefined,
  skip: number,
  count: number,
) => {
  const resources: StoredResource[] = [];
  let skipped = 0;
  for await (const page of walkResources(tenant, type.name, { after, pageSize: skip + count })) {
    const surplus = Math.min(skip - skipped, page.length);
    skipped += surplus;
    resources.push(...page.slice(surplus, surplus + count - resources.length));
    if (resources.length === count) break;
  }
  return { resources, skipped };
};
