// Tombstones: items for deleted users and groups whose memberships may still exist. A tombstone is written in the transaction
// of the deletion, so that the clean-up is never lost and reads can leave the memberships out meanwhile. Every change of a
// tombstone is a stream record, and every record triggers a slice of the clean-up (changes/cleanup.ts).

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../platform/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { tombstoneKey, tombstonesFrom, tombstonesPK } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { getItem } from '../table/read.ts';

/** The deleted resource, its life, and the time of its deletion. */
export interface Tombstone {
  readonly id: string;
  readonly typeName: string;
  readonly life: number;
  /** In milliseconds since the epoch. */
  readonly deletedAtMs: number;
}

/**
 * For this time after a deletion, new memberships may still be written: a request in progress writes for up to 28 s, and its
 * stream records may be late.
 */
const TOMBSTONE_TTL_MS = 15 * 60 * 1000;

const expiry = (fromMs: number) => Math.ceil((fromMs + TOMBSTONE_TTL_MS) / 1000);

/** The item of a tombstone. */
export const tombstoneItem = (tenant: Incarnation, { id, typeName, life, deletedAtMs }: Tombstone) => ({
  ...tombstoneKey(tenant, deletedAtMs, id),
  Type: typeName,
  Life: life,
  ExpiresAt: expiry(deletedAtMs),
});

/** The tombstone in an item. */
export const tombstoneFrom = (item: Readonly<Record<string, unknown>>): Tombstone => {
  const [, deletedAt = '', id = ''] = /^(\d+)#(.*)$/.exec(String(item.SK)) ?? [];
  return { id, deletedAtMs: Number(deletedAt), typeName: String(item.Type), life: Number(item.Life) };
};

/** Whether exactly this tombstone exists, that is, whether this deletion was written. */
export const hasTombstone = async (tenant: Incarnation, { id, deletedAtMs }: Tombstone): Promise<boolean> =>
  (await getItem(tombstoneKey(tenant, deletedAtMs, id), ['SK'])) !== undefined;

/** Updates or recreates the tombstone, which triggers the next slice of the clean-up. `nowMs` is in milliseconds. */
export const continueCleanup = async (
  tenant: Incarnation,
  { id, deletedAtMs, typeName, life }: Tombstone,
  nowMs: number,
): Promise<void> => {
  await documents.send(
    new UpdateCommand({
      TableName: tableName,
      Key: tombstoneKey(tenant, deletedAtMs, id),
      UpdateExpression: 'ADD Slice :one SET #type = :type, Life = :life, ExpiresAt = :expiry',
      ExpressionAttributeNames: { '#type': 'Type' },
      ExpressionAttributeValues: { ':one': 1, ':type': typeName, ':life': life, ':expiry': expiry(nowMs) },
    }),
  );
};

/**
 * The latest life of each id that was deleted in the 15 minutes before `nowMs` (milliseconds since the epoch), strongly
 * consistent: one read unit, and one more per 40 ids.
 */
export const readTombstones = async (
  tenant: Incarnation,
  nowMs: number,
): Promise<ReadonlyMap<string, number>> => {
  const lives = new Map<string, number>();
  const query = {
    KeyConditionExpression: 'PK = :pk AND SK > :from',
    ExpressionAttributeValues: {
      ':pk': tombstonesPK(tenant),
      ':from': tombstonesFrom(nowMs - TOMBSTONE_TTL_MS),
    },
  };
  for await (const items of queryPages(tombstonesPK(tenant), query)) {
    for (const item of items) {
      const { id, life } = tombstoneFrom(item);
      lives.set(id, Math.max(life, lives.get(id) ?? 0));
    }
  }
  return lives;
};
