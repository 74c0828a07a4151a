// Events that a webhook has not taken yet, oldest first. To the table an event is a text with an id.

import { batchWrite } from '../table/batch-write.ts';
import { erasePartition } from '../table/erase-partition.ts';
import { backlogKey, backlogPK, silent } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import type { Incarnation } from '../tenants/tenant.ts';

export interface WaitingEvent {
  readonly id: string;
  readonly text: string;
  /** Since when it waits, in milliseconds since the epoch. */
  readonly sinceMs: number;
}

/** So long an event waits for a webhook that is out of order: a week. */
const KEPT_SECONDS = 7 * 24 * 60 * 60;

/** Puts the events into the backlog: one write unit for each kilobyte. */
export const addWaiting = (tenant: Incarnation, events: readonly WaitingEvent[]): Promise<void> => {
  // A batch must not have two puts of one item.
  const distinct = new Map(events.map((event) => [event.id, event]));
  return batchWrite([...distinct.values()].map((event) => ({ PutRequest: { Item: toItem(tenant, event) } })));
};

/** The backlog in pages of at most `pageSize`, strongly consistent. */
export const walkWaiting = async function* (
  tenant: Incarnation,
  pageSize: number,
): AsyncGenerator<WaitingEvent[], void, void> {
  for await (const page of queryPages(backlogPK(tenant), { Limit: pageSize })) yield page.map(fromItem);
};

/** Takes the events out of the backlog. Repeatable. */
export const removeWaiting = (tenant: Incarnation, events: readonly WaitingEvent[]): Promise<void> =>
  batchWrite(events.map(({ id, sinceMs }) => ({ DeleteRequest: { Key: backlogKey(tenant, sinceMs, id) } })));

/** Forgets all that waits. Repeatable. */
export const eraseBacklog = (tenant: Incarnation): Promise<void> => erasePartition(backlogPK(tenant));

/** How many events wait; reads the whole backlog. */
export const countWaiting = async (tenant: Incarnation): Promise<number> => {
  let count = 0;
  for await (const page of queryPages(backlogPK(tenant), { ProjectionExpression: 'SK' }))
    count += page.length;
  return count;
};

/** How many events wait, up to `most`; reads no more than these, weakly consistent. */
export const countWaitingUpTo = async (tenant: Incarnation, most: number): Promise<number> => {
  const pages = queryPages(backlogPK(tenant), {
    ProjectionExpression: 'SK',
    Limit: most,
    ConsistentRead: false,
  });
  for await (const page of pages) return page.length;
  return 0;
};

const toItem = (tenant: Incarnation, { id, text, sinceMs }: WaitingEvent) => ({
  ...backlogKey(tenant, sinceMs, id),
  ...silent,
  Id: id,
  Event: text,
  ExpiresAt: Math.ceil(sinceMs / 1000) + KEPT_SECONDS,
});

const fromItem = ({ SK, Id, Event }: Record<string, unknown>): WaitingEvent => ({
  id: String(Id),
  text: String(Event),
  sinceMs: Number.parseInt(String(SK), 10),
});
