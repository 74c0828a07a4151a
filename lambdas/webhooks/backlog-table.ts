// The backlog of a webhook: events that it has not accepted yet, oldest first, stored as JSON text.

import { batchWrite } from '../table/batch-write.ts';
import { erasePartition } from '../table/erase-partition.ts';
import { backlogKey, backlogPK, silent } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** An event in the backlog. */
export interface BacklogEvent {
  readonly id: string;
  /** The event as JSON. */
  readonly text: string;
  /** When it was added, in milliseconds since the epoch. */
  readonly sinceMs: number;
}

/** How long an event stays in the backlog of a failing webhook: a week. */
const KEPT_SECONDS = 7 * 24 * 60 * 60;

/** Adds the events to the backlog: one write unit per kilobyte of each. */
export const addToBacklog = (tenant: Incarnation, events: readonly BacklogEvent[]): Promise<void> => {
  // BatchWriteItem rejects two operations on one item.
  const distinct = new Map(events.map((event) => [event.id, event]));
  return batchWrite([...distinct.values()].map((event) => ({ PutRequest: { Item: toItem(tenant, event) } })));
};

/** The backlog in pages of at most `pageSize`, oldest first, strongly consistent. */
export const walkBacklog = async function* (
  tenant: Incarnation,
  pageSize: number,
): AsyncGenerator<BacklogEvent[], void, void> {
  for await (const page of queryPages(backlogPK(tenant), { Limit: pageSize })) yield page.map(fromItem);
};

/** Removes the events from the backlog. Idempotent. */
export const removeFromBacklog = (tenant: Incarnation, events: readonly BacklogEvent[]): Promise<void> =>
  batchWrite(events.map(({ id, sinceMs }) => ({ DeleteRequest: { Key: backlogKey(tenant, sinceMs, id) } })));

/** Erases the whole backlog. Idempotent. */
export const eraseBacklog = (tenant: Incarnation): Promise<void> => erasePartition(backlogPK(tenant));

/** The number of events; reads the whole backlog. */
export const countBacklog = async (tenant: Incarnation): Promise<number> => {
  let count = 0;
  for await (const page of queryPages(backlogPK(tenant), { ProjectionExpression: 'SK' }))
    count += page.length;
  return count;
};

/** The number of events, up to `most`; reads no more than these, eventually consistent. */
export const countBacklogUpTo = async (tenant: Incarnation, most: number): Promise<number> => {
  const pages = queryPages(backlogPK(tenant), {
    ProjectionExpression: 'SK',
    Limit: most,
    ConsistentRead: false,
  });
  for await (const page of pages) return page.length;
  return 0;
};

const toItem = (tenant: Incarnation, { id, text, sinceMs }: BacklogEvent) => ({
  ...backlogKey(tenant, sinceMs, id),
  ...silent,
  Id: id,
  Event: text,
  ExpiresAt: Math.ceil(sinceMs / 1000) + KEPT_SECONDS,
});

const fromItem = ({ SK, Id, Event }: Record<string, unknown>): BacklogEvent => ({
  id: String(Id),
  text: String(Event),
  sinceMs: Number.parseInt(String(SK), 10),
});
