// Resources that are gone, while their memberships may still be there: noted in the transaction that deletes them, so
// that nothing forgets to clean up, and reads know meanwhile whom not to show. Every change of a note is a record in
// the stream, and every record has a slice of the clean-up done (changes/cleanup.ts).

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { tombstoneKey, tombstonesFrom, tombstonesPK } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { getItem } from '../table/read.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** That a resource left, which life of it, and when (milliseconds since the epoch). */
export interface Tombstone {
  readonly id: string;
  readonly typeName: string;
  readonly life: number;
  readonly leftAtMs: number;
}

/**
 * So long after a deletion its memberships may come to light: a request under way writes for 28 s at most, and then its
 * records take their time.
 */
const KEPT_MS = 15 * 60 * 1000;

const expiry = (fromMs: number) => Math.ceil((fromMs + KEPT_MS) / 1000);

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

/** Whether this very tombstone is there: the deletion that it stands for was made. */
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
