// One item for a tenant's costly requests: a place for each that is running, and the bytes that were read this minute. Places
// end by themselves, so that a function that died does not keep one.

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { inTime } from '../../platform/dispensable.ts';
import { documents, tableName } from '../../table/client.ts';
import { workKey } from '../../table/keys.ts';
import type { Incarnation } from '../../tenants/tenant.ts';

/** Costly requests of one tenant at the same time. */
export const PLACES = 8;

/** Longer than any request takes. */
const HELD_MS = 30_000;

const MINUTE_MS = 60_000;

/** One of a tenant's places, as one request holds it. */
export interface Place {
  readonly name: string;
  readonly endsAt: number;
  /** Counts of earlier minutes, which are to go. */
  readonly over: readonly string[];
}

export type Taken = Place | 'allTaken' | 'tooMuchRead';

const placeName = (index: number) => `Place${index}`;
const BYTES = 'Bytes';
const minuteOf = (now: number) => Math.floor(now / MINUTE_MS);
const bytesIn = (now: number) => `${BYTES}${minuteOf(now)}`;
const isOver = (attribute: string, now: number) =>
  attribute.startsWith(BYTES) && Number(attribute.slice(BYTES.length)) < minuteOf(now);

/** No request waits long for being counted. */
const sendInTime = (update: UpdateCommand) => inTime((options) => documents.send(update, options));

/** Takes a free place, with one write if the first guess is free; `maxBytes` is what the tenant may read in a minute. */
export const takePlace = async (tenant: Incarnation, maxBytes: number, now: number): Promise<Taken> => {
  const untried = new Set(Array.from({ length: PLACES }, (_, index) => placeName(index)));
  let name = placeName(Math.floor(Math.random() * PLACES));
  for (;;) {
    const endsAt = now + HELD_MS + Math.floor(Math.random() * 1000);
    const { isOurs, found } = await tryPlace(tenant, { name, endsAt }, maxBytes, now);
    if (isOurs) return { name, endsAt, over: Object.keys(found).filter((key) => isOver(key, now)) };
    if (Number(found[bytesIn(now)] ?? 0) >= maxBytes) return 'tooMuchRead';
    untried.delete(name);
    const free = [...untried].filter((place) => Number(found[place] ?? 0) < now);
    const next = free[Math.floor(Math.random() * free.length)];
    if (next === undefined) return 'allTaken';
    name = next;
  }
};

/** Whether the place is now ours, and what the item says. */
const tryPlace = async (
  tenant: Incarnation,
  { name, endsAt }: Pick<Place, 'name' | 'endsAt'>,
  maxBytes: number,
  now: number,
): Promise<{ readonly isOurs: boolean; readonly found: Record<string, unknown> }> => {
  try {
    const { Attributes = {} } = await sendInTime(
      new UpdateCommand({
        TableName: tableName,
        Key: workKey(tenant),
        ReturnValues: 'ALL_NEW',
        UpdateExpression: 'SET #place = :end, Silent = :true, ExpiresAt = :expiry',
        ConditionExpression:
          '(attribute_not_exists(#place) OR #place < :now) AND (attribute_not_exists(#bytes) OR #bytes < :max)',
        ExpressionAttributeNames: { '#place': name, '#bytes': bytesIn(now) },
        ExpressionAttributeValues: {
          ':end': endsAt,
          ':now': now,
          ':max': maxBytes,
          ':true': true,
          ':expiry': Math.ceil(now / 1000) + 600,
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

/** Gives the place back and counts what was read; removes the counts of earlier minutes on the way. */
export const givePlaceBack = async (
  tenant: Incarnation,
  { name, endsAt, over }: Place,
  bytes: number,
  now: number,
): Promise<void> => {
  const names = Object.fromEntries(over.map((attribute, index) => [`#over${index}`, attribute]));
  await sendInTime(
    new UpdateCommand({
      TableName: tableName,
      Key: workKey(tenant),
      UpdateExpression: `ADD #bytes :bytes REMOVE ${['#place', ...Object.keys(names)].join(', ')}`,
      ConditionExpression: '#place = :end',
      ExpressionAttributeNames: { '#place': name, '#bytes': bytesIn(now), ...names },
      ExpressionAttributeValues: { ':bytes': bytes, ':end': endsAt },
    }),
  );
};
