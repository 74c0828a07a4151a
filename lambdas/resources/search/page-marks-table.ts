// Short-lived notes of how far a walk by startIndex has come, so that page 5,000 costs what page 2 does.

import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { inTime } from '../../platform/dispensable.ts';
import { documents, tableName } from '../../table/client.ts';
import { pageMarkKey, silent } from '../../table/keys.ts';
import type { Incarnation } from '../../tenants/tenant.ts';

const TTL_SECONDS = 600;

/** Where the next page begins. */
export interface PageMark {
  /** The id of the last resource of the page before. */
  readonly after: string;
  /** The length of the whole list, as the walk has given it so far. */
  readonly totalResults: number;
}

/** A walk is told from others by its page size; `startIndex` is that of the page to come. */
export interface PagePosition {
  readonly count: number;
  readonly startIndex: number;
}

/** Notes where the page at `position` begins. Rejects after 250 ms. */
export const putPageMark = async (
  tenant: Incarnation,
  typeName: string,
  position: PagePosition,
  mark: PageMark,
  now: number,
): Promise<void> => {
  const put = new PutCommand({
    TableName: tableName,
    Item: {
      ...pageMarkKey(tenant, typeName, position.count, position.startIndex),
      ...silent,
      After: mark.after,
      Total: mark.totalResults,
      ExpiresAt: Math.ceil(now / 1000) + TTL_SECONDS,
    },
  });
  await inTime((options) => documents.send(put, options));
};

/** DynamoDB removes expired items late, so the time is compared here as well. */
export const getPageMark = async (
  tenant: Incarnation,
  typeName: string,
  position: PagePosition,
  now: number,
): Promise<PageMark | undefined> => {
  const { Item } = await documents.send(
    new GetCommand({
      TableName: tableName,
      Key: pageMarkKey(tenant, typeName, position.count, position.startIndex),
      ConsistentRead: true,
    }),
  );
  return Item && Item.ExpiresAt * 1000 > now ? { after: Item.After, totalResults: Item.Total } : undefined;
};
