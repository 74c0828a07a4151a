// One item per tenant for its costly requests: a slot for each running one, and the bytes read in this minute. Slots expire,
// so that a crashed function does not keep one.

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { bestEffort } from '../../platform/best-effort.ts';
import type { Incarnation } from '../../platform/tenant.ts';
import { documents, tableName } from '../../table/client.ts';
import { workKey } from '../../table/keys.ts';

/** Concurrent costly requests of one tenant. */
export const SLOTS = 8;

/** Longer than any request can take. */
const SLOT_TTL_MS = 30_000;

/** The item expires this long after the last costly request. */
const ITEM_TTL_SECONDS = 600;

const MINUTE_MS = 60_000;

/** A slot that one request holds. */
export interface Slot {
  /** The attribute of the item. */
  readonly name: string;
  /** When the slot expires, in milliseconds since the epoch; also identifies its holder. */
  readonly endsAtMs: number;
  /** The attributes with counts of earlier minutes, to be removed. */
  readonly pastCounts: readonly string[];
}

/** A slot, or why there is none: all are taken, or the tenant has read too much in this minute. */
export type SlotResult = Slot | 'allTaken' | 'tooMuchRead';

const slotName = (index: number) => `Place${index}`;
const BYTES = 'Bytes';
const minuteOf = (nowMs: number) => Math.floor(nowMs / MINUTE_MS);
const bytesIn = (nowMs: number) => `${BYTES}${minuteOf(nowMs)}`;
const isPastCount = (attribute: string, nowMs: number) =>
  attribute.startsWith(BYTES) && Number(attribute.slice(BYTES.length)) < minuteOf(nowMs);

/** A write to the slots that no request waits for longer than 250 ms. */
const sendBestEffort = (update: UpdateCommand) => bestEffort((options) => documents.send(update, options));

/**
 * Takes a random free slot, usually with one write. `maxBytes`: what the tenant may read per minute; `nowMs` in milliseconds
 * since the epoch.
 */
export const takeSlot = async (tenant: Incarnation, maxBytes: number, nowMs: number): Promise<SlotResult> => {
  const untried = new Set(Array.from({ length: SLOTS }, (_, index) => slotName(index)));
  let name = slotName(Math.floor(Math.random() * SLOTS));
  for (;;) {
    const endsAtMs = nowMs + SLOT_TTL_MS + Math.floor(Math.random() * 1000);
    const { isOurs, found } = await trySlot(tenant, { name, endsAtMs }, maxBytes, nowMs);
    if (isOurs)
      return {
        name,
        endsAtMs,
        pastCounts: Object.keys(found).filter((key) => isPastCount(key, nowMs)),
      };
    if (Number(found[bytesIn(nowMs)] ?? 0) >= maxBytes) return 'tooMuchRead';
    untried.delete(name);
    const free = [...untried].filter((place) => Number(found[place] ?? 0) < nowMs);
    const next = free[Math.floor(Math.random() * free.length)];
    if (next === undefined) return 'allTaken';
    name = next;
  }
};

/** Whether the slot is now ours, and the attributes of the item. */
const trySlot = async (
  tenant: Incarnation,
  { name, endsAtMs }: Pick<Slot, 'name' | 'endsAtMs'>,
  maxBytes: number,
  nowMs: number,
): Promise<{ readonly isOurs: boolean; readonly found: Record<string, unknown> }> => {
  try {
    const { Attributes = {} } = await sendBestEffort(
      new UpdateCommand({
        TableName: tableName,
        Key: workKey(tenant),
        ReturnValues: 'ALL_NEW',
        UpdateExpression: 'SET #place = :end, Silent = :true, ExpiresAt = :expiry',
        ConditionExpression:
          '(attribute_not_exists(#place) OR #place < :now) AND (attribute_not_exists(#bytes) OR #bytes < :max)',
        ExpressionAttributeNames: { '#place': name, '#bytes': bytesIn(nowMs) },
        ExpressionAttributeValues: {
          ':end': endsAtMs,
          ':now': nowMs,
          ':max': maxBytes,
          ':true': true,
          ':expiry': Math.ceil(nowMs / 1000) + ITEM_TTL_SECONDS,
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { isOurs: true, found: Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { isOurs: false, found: error.Item ? unmarshall(error.Item) : {} };
  }
};

/** Frees the slot and counts the bytes read; also removes the counts of earlier minutes. */
export const releaseSlot = async (
  tenant: Incarnation,
  { name, endsAtMs, pastCounts }: Slot,
  bytes: number,
  nowMs: number,
): Promise<void> => {
  const names = Object.fromEntries(pastCounts.map((attribute, index) => [`#past${index}`, attribute]));
  await sendBestEffort(
    new UpdateCommand({
      TableName: tableName,
      Key: workKey(tenant),
      UpdateExpression: `ADD #bytes :bytes REMOVE ${['#place', ...Object.keys(names)].join(', ')}`,
      ConditionExpression: '#place = :end',
      ExpressionAttributeNames: { '#place': name, '#bytes': bytesIn(nowMs), ...names },
      ExpressionAttributeValues: { ':bytes': bytes, ':end': endsAtMs },
    }),
  );
};
