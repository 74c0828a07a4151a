// Tombstones: notes of deleted users and groups whose memberships may still be there. Each is written in the transaction
// of the deletion, so that the clean-up is never forgotten and reads know whom to leave out meanwhile. Every change of a
// tombstone is a record in the stream, and every record has a slice of the clean-up done (changes/cleanup.ts).

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { tombstoneKey, tombstonesFrom, tombstonesPK } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { getItem } from '../table/read.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** Which resource was deleted, which life of it, and when (milliseconds since the epoch). */
export interface Tombstone {
  readonly id: string;
  readonly typeName: string;
  readonly life: number;
  readonly leftAtMs: number;
}

/**
 * For this long after a deletion memberships may still turn up: a request that is under way writes for up to 28 s, and its
 * records may be late.
 */
const KEPT_MS = 15 * 60 * 1000;

const expiry = (fromMs: number) => Math.ceil((fromMs + KEPT_MS) / 1000);

/** The item of a tombstone. */
export const tombstoneItem = (tenant: Incarnation, { id, typeName, life, leftAtMs }: Tombstone) => ({
  ...tombstoneKey(tenant, leftAtMs, id),
  Type: typeName,
  Life: life,
  ExpiresAt: expiry(leftAtMs),
});

/** What the item of a tombstone says. */
export const tombstoneFrom = (item: Readonly<Record<string, unknown>>): Tombstone => {
  const [, leftAt = '', id = ''] = /^(\d+)#(.*)$/.exec(String(item.SK)) ?? [];
  return { id, leftAtMs: Number(leftAt), typeName: String(item.Type), life: Number(item.Life) };
};

/** Whether this very tombstone is there, that is, whether this deletion was made. */
export const isBuried = async (tenant: Incarnation, { id, leftAtMs }: Tombstone): Promise<boolean> =>
  (await getItem(tombstoneKey(tenant, leftAtMs, id), ['SK'])) !== undefined;

/** Changes the tombstone, or makes it again: the clean-up goes on with its next slice. */
export const continueCleanup = async (
  tenant: Incarnation,
  { id, leftAtMs, typeName, life }: Tombstone,
  now: number,
): Promise<void> => {
  await documents.send(
    new UpdateCommand({
      TableName: tableName,
      Key: tombstoneKey(tenant, leftAtMs, id),
      UpdateExpression: 'ADD Slice :one SET #type = :type, Life = :life, ExpiresAt = :expiry',
      ExpressionAttributeNames: { '#type': 'Type' },
      ExpressionAttributeValues: { ':one': 1, ':type': typeName, ':life': life, ':expiry': expiry(now) },
    }),
  );
};

/**
 * The latest life of each id that was deleted in the last 15 minutes, strongly consistent: one unit, and one more for each
 * 40 of them.
 */
export const readTombstones = async (
  tenant: Incarnation,
  now: number,
): Promise<ReadonlyMap<string, number>> => {
  const lives = new Map<string, number>();
  const query = {
    KeyConditionExpression: 'PK = :pk AND SK > :from',
    ExpressionAttributeValues: { ':pk': tombstonesPK(tenant), ':from': tombstonesFrom(now - KEPT_MS) },
  };
  for await (const items of queryPages(tombstonesPK(tenant), query)) {
    for (const item of items) {
      const { id, life } = tombstoneFrom(item);
      lives.set(id, Math.max(life, lives.get(id) ?? 0));
    }
  }
  return lives;
};
