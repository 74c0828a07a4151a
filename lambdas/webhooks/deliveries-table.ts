// The recent deliveries of a webhook: what the endpoint accepted, and what was given up. Events that wait are in the backlog.
// A tenant has a fixed number of places, and an event the one that its id names: so the list costs one write an event, no
// read and no counter, and never grows.

import { createHash } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { logError } from '../platform/log.ts';
import { storeTimeoutMs } from '../platform/store-timeout.ts';
import { type Incarnation, partsOf } from '../platform/tenant.ts';
import { withTimeout } from '../platform/with-timeout.ts';
import { batchWrite } from '../table/batch-write.ts';
import { documents, tableName } from '../table/client.ts';
import { erasePartition } from '../table/erase-partition.ts';
import { deliveriesPK, deliveryKey, unfollowed } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';

/** An event that was delivered, or given up. */
export interface Delivery {
  readonly id: string;
  /** The event as JSON. */
  readonly text: string;
  /** In milliseconds since the epoch. */
  readonly atMs: number;
  readonly status: 'accepted' | 'dropped';
  /** How the endpoint answered: `HTTP 204`. */
  readonly answer: string;
}

/** How many places a tenant has: a newer event may replace any older one, so the newest hundred are nearly complete. */
const PLACES = 500;

/** A week, like the backlog. */
const KEPT_SECONDS = 7 * 24 * 60 * 60;

/** A list for operators must not delay what it lists. */
const PATIENCE_MS = storeTimeoutMs(250);

/** Notes the deliveries: one write unit per kilobyte of each. Never rejects, and waits for a quarter of a second at most. */
export const noteDeliveries = async (tenant: Incarnation, deliveries: readonly Delivery[]): Promise<void> => {
  // BatchWriteItem rejects two operations on one item.
  const byPlace = new Map(deliveries.map((delivery) => [placeOf(delivery.id), delivery]));
  const writes = [...byPlace.values()].map((delivery) => ({
    PutRequest: { Item: toItem(tenant, delivery) },
  }));
  try {
    await withTimeout(PATIENCE_MS, batchWrite(writes));
  } catch (error) {
    logError('Deliveries could not be noted.', error, partsOf(tenant));
  }
};

/** All noted deliveries, in no order, eventually consistent: up to half a megabyte. */
export const readDeliveries = async (tenant: Incarnation): Promise<readonly Delivery[]> => {
  const pages = await Array.fromAsync(queryPages(deliveriesPK(tenant), { ConsistentRead: false }));
  return pages.flat().map(fromItem);
};

/** The delivery of an event; undefined when it is not noted, or no longer. */
export const findDelivery = async (tenant: Incarnation, eventId: string): Promise<Delivery | undefined> => {
  const Key = deliveryKey(tenant, placeOf(eventId));
  const { Item } = await documents.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
  return Item?.Id === eventId ? fromItem(Item) : undefined;
};

/** Erases the list. Idempotent. */
export const eraseDeliveries = (tenant: Incarnation): Promise<void> => erasePartition(deliveriesPK(tenant));

const placeOf = (eventId: string): number =>
  createHash('sha256').update(eventId).digest().readUInt32BE() % PLACES;

const toItem = (tenant: Incarnation, { id, text, atMs, status, answer }: Delivery) => ({
  ...deliveryKey(tenant, placeOf(id)),
  ...unfollowed,
  Id: id,
  Event: text,
  At: atMs,
  Status: status,
  Answer: answer,
  ExpiresAt: Math.ceil(atMs / 1000) + KEPT_SECONDS,
});

const fromItem = ({ Id, Event, At, Status, Answer }: Record<string, unknown>): Delivery => ({
  id: String(Id),
  text: String(Event),
  atMs: Number(At),
  status: Status === 'dropped' ? 'dropped' : 'accepted',
  answer: String(Answer),
});
