// Short-lived marks of where the next page of a list by startIndex begins, so that page 5,000 costs the same as page 2.

import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { bestEffort } from '../../platform/best-effort.ts';
import type { Incarnation } from '../../platform/tenant.ts';
import { documents, tableName } from '../../table/client.ts';
import { pageMarkKey, unfollowed } from '../../table/keys.ts';

const MARK_TTL_SECONDS = 600;

/** Where a page begins. */
export interface PageMark {
  /** The id of the last resource of the previous page. */
  readonly after: string;
  /** The total that the previous pages gave. */
  readonly totalResults: number;
}

/** Identifies a page: marks are kept by page size, and `startIndex` is that of the page to be read. */
export interface PagePosition {
  readonly count: number;
  readonly startIndex: number;
}

/** Stores where a page begins. `nowMs` is in milliseconds since the epoch. Rejects after 250 ms. */
export const putPageMark = async (
  tenant: Incarnation,
  typeName: string,
  mark: PagePosition & PageMark,
  nowMs: number,
): Promise<void> => {
  const put = new PutCommand({
    TableName: tableName,
    Item: {
      ...pageMarkKey(tenant, typeName, mark.count, mark.startIndex),
      ...unfollowed,
      After: mark.after,
      Total: mark.totalResults,
      ExpiresAt: Math.ceil(nowMs / 1000) + MARK_TTL_SECONDS,
    },
  });
  await bestEffort((options) => documents.send(put, options));
};

/** The mark of a page, unless it has expired: DynamoDB deletes expired items late, so the time is compared here too. */
export const getPageMark = async (
  tenant: Incarnation,
  typeName: string,
  position: PagePosition,
  nowMs: number,
): Promise<PageMark | undefined> => {
  const { Item } = await documents.send(
    new GetCommand({
      TableName: tableName,
      Key: pageMarkKey(tenant, typeName, position.count, position.startIndex),
      ConsistentRead: true,
    }),
  );
  return Item && Item.ExpiresAt * 1000 > nowMs ? { after: Item.After, totalResults: Item.Total } : undefined;
};
