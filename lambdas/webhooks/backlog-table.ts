// The backlog of a webhook: events that it has not accepted yet, oldest first, stored as JSON text.

import { batchWrite } from '../table/batch-write.ts';
import { erasePartition } from '../table/erase-partition.ts';
import { backlogKey, backlogPK, unfollowed } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** An event in the backlog. */
export interface BacklogEvent {
  readonly id: string;
  /** The event as JSON. */
  readonly text: string;
  /** When it was added, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** How the endpoint answered, or why the event was not posted; undefined in items of earlier releases. */
  readonly answer?: string | undefined;
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

/** The newest events, at most `limit`, eventually consistent. */
export const newestOfBacklog = async (
  tenant: Incarnation,
  limit: number,
): Promise<readonly BacklogEvent[]> => {
  const pages = queryPages(backlogPK(tenant), {
    Limit: limit,
    ScanIndexForward: false,
    ConsistentRead: false,
  });
  for await (const page of pages) return page.map(fromItem);
  return [];
};

/** An event that waits; undefined when it does not. Reads the backlog until it is found. */
export const findInBacklog = async (
  tenant: Incarnation,
  eventId: string,
): Promise<BacklogEvent | undefined> => {
  for await (const page of queryPages(backlogPK(tenant), {})) {
    const found = page.find(({ Id }) => Id === eventId);
    if (found) return fromItem(found);
  }
  return undefined;
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

/** How much is waiting. */
interface BacklogSize {
  readonly events: number;
  /** When the oldest was added, in milliseconds since the epoch; undefined when nothing waits. */
  readonly oldestMs: number | undefined;
}

/** The number of events, up to `most`, and the oldest; reads no more than these, eventually consistent. */
export const sizeOfBacklog = async (tenant: Incarnation, most: number): Promise<BacklogSize> => {
  const pages = queryPages(backlogPK(tenant), {
    ProjectionExpression: 'SK',
    Limit: most,
    ConsistentRead: false,
  });
  for await (const page of pages) {
    const [oldest] = page;
    return { events: page.length, oldestMs: oldest && sinceMsIn(oldest.SK) };
  }
  return { events: 0, oldestMs: undefined };
};

const toItem = (tenant: Incarnation, { id, text, sinceMs, answer }: BacklogEvent) => ({
  ...backlogKey(tenant, sinceMs, id),
  ...unfollowed,
  Id: id,
  Event: text,
  Answer: answer,
  ExpiresAt: Math.ceil(sinceMs / 1000) + KEPT_SECONDS,
});

const fromItem = ({ SK, Id, Event, Answer }: Record<string, unknown>): BacklogEvent => ({
  id: String(Id),
  text: String(Event),
  sinceMs: sinceMsIn(SK),
  answer: Answer === undefined ? undefined : String(Answer),
});

const sinceMsIn = (SK: unknown): number => Number.parseInt(String(SK), 10);
