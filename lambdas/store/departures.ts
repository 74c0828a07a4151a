// Resources that are gone, while their memberships may still be there: noted in the transaction that deletes them, so
// that nothing forgets to clean up, and reads know meanwhile whom not to show. Every change of a note is a record in
// the stream, and every record has a slice of the clean-up done (directory/cleanup.ts).

import { PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../tenants/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { pendingKey, tombstoneKey, tombstonesFrom, tombstonesPK } from '../table/keys.ts';

/**
 * So long after a deletion its memberships may come to light: those that a request under way writes (28 s at most),
 * and those that an index shows late.
 */
const KEPT_MS = 15 * 60 * 1000;

const expiry = (fromMs: number) => ({ ExpiresAt: Math.ceil((fromMs + KEPT_MS) / 1000) });

/** The Put of the note that a resource is gone. */
export const noteDeparture = (tenant: Incarnation, id: string, atMs: number) => ({
  TableName: tableName,
  Item: { ...tombstoneKey(tenant, atMs, id), ...expiry(atMs) },
});

/** Changes the note of what left at `atMs`, or makes it again: the clean-up goes on with its next slice. */
export const continueCleanup = async (
  tenant: Incarnation,
  id: string,
  atMs: number,
  now: number,
): Promise<void> => {
  await documents.send(
    new UpdateCommand({
      TableName: tableName,
      Key: tombstoneKey(tenant, atMs, id),
      UpdateExpression: 'ADD Slice :one SET ExpiresAt = :expiry',
      ExpressionAttributeValues: { ':one': 1, ':expiry': expiry(now).ExpiresAt },
    }),
  );
};

/** The ids of what was deleted in the last 15 minutes, strongly consistent: one unit, and one more per 60 of them. */
export const findRecentDepartures = async (
  tenant: Incarnation,
  now: number,
): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'PK = :pk AND SK > :from',
        ExpressionAttributeValues: { ':pk': tombstonesPK(tenant), ':from': tombstonesFrom(now - KEPT_MS) },
        ProjectionExpression: 'SK',
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    for (const { SK } of Items) ids.add(SK.slice(SK.indexOf('#') + 1));
    start = LastEvaluatedKey;
  } while (start);
  return ids;
};

/**
 * Notes that a group has members and is not there: it is being created, or its creation was cut off. When the note
 * expires, that is known.
 */
export const noteUnborn = async (tenant: Incarnation, groupId: string, now: number): Promise<void> => {
  await documents.send(
    new PutCommand({ TableName: tableName, Item: { ...pendingKey(tenant, groupId), ...expiry(now) } }),
  );
};
