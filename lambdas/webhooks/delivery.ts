// Delivers events to the webhooks of tenants. Events that an endpoint refuses go to its backlog, which retries.ts
// retries. An endpoint that is down is suspended: all further events go to the backlog without being posted. So a broken
// endpoint costs one write per event, and delays no other tenant.

import type { BusinessEvent } from '../events/event.ts';
import { logError, logInfo } from '../platform/log.ts';
import { type Incarnation, incarnationOf, partsOf } from '../tenants/tenant.ts';
import { addToBacklog } from './backlog-table.ts';
import { type Delivery, noteDeliveries } from './deliveries-table.ts';
import { endpointOf, type WebhookEndpoint } from './endpoint.ts';
import type { PostResult } from './post.ts';
import { findRetry, noteRefusal, noteTaken } from './retries-table.ts';

/**
 * An endpoint that takes longer for its part of a batch is left to the retries, which post ten at a time: it must not block
 * the few functions that deliver the events of all tenants.
 */
const PATIENCE_MS = 5000;

const FIRST_RETRY_MS = 60_000;

const HOUR_MS = 60 * 60 * 1000;

/**
 * Delivers the events, those of a tenant in order; returns those that must be delivered again, because the table failed.
 * An event goes to the webhook of its incarnation only: redelivered after that is gone, it is dropped.
 */
export const deliver = async (events: readonly BusinessEvent[]): Promise<ReadonlySet<BusinessEvent>> => {
  const groups = Map.groupBy(events, ({ tenant, incarnation }) => incarnationOf(tenant, incarnation));
  const failed = await Promise.all(
    [...groups].map(async ([tenant, group]) => {
      if (!tenant) return [];
      try {
        await deliverTo(tenant, group);
        return [];
      } catch (error) {
        logError('The events of a tenant could not be delivered.', error, partsOf(tenant));
        return group;
      }
    }),
  );
  return new Set(failed.flat());
};

const deliverTo = async (tenant: Incarnation, events: readonly BusinessEvent[]): Promise<void> => {
  const endpoint = await endpointOf(tenant);
  const wanted = endpoint ? events.filter(endpoint.wants) : [];
  if (!endpoint || wanted.length === 0) return;
  const retry = await findRetry(tenant);
  if (retry?.suspended)
    return putInBacklog(
      tenant,
      wanted.map((event) => ({ event, answer: SUSPENDED })),
    );

  const { taken, kept, answer, isDown } = await sendInOrder(endpoint, wanted);
  const now = Date.now();
  const takenAtMs = taken.length > 0 ? now : undefined;
  if (taken.length > 0)
    await noteDeliveries(
      tenant,
      taken.map((each) => accepted(each, now)),
    );
  if (kept.length === 0) {
    if (retry && now - (retry.takenAtMs ?? 0) > HOUR_MS) await noteTaken(tenant, now);
    return;
  }
  const retryAtMs = now + FIRST_RETRY_MS;
  // Before the backlog: events there without a retry would never be sent.
  const isNews = await noteRefusal({ tenant, suspended: isDown, answer, sinceMs: now, takenAtMs, retryAtMs });
  if (isNews && isDown) logInfo('webhook suspended', { ...partsOf(tenant), answer });
  await putInBacklog(tenant, kept);
};

const TOO_SLOW: PostResult = { taken: false, answer: 'slower than its events come', isDown: true };

/** An event, and how the endpoint answered, or why it was not posted. */
interface Answered {
  readonly event: BusinessEvent;
  readonly answer: string;
}

const SUSPENDED = 'not sent: the webhook was suspended';

const accepted = ({ event, answer }: Answered, atMs: number): Delivery => ({
  id: event.id,
  text: JSON.stringify(event),
  atMs,
  status: 'accepted',
  answer,
});

/** Posts until the endpoint is down; returns what it accepted, what it did not, and its last refusal. */
const sendInOrder = async ({ send }: WebhookEndpoint, events: readonly BusinessEvent[]) => {
  const startedAtMs = Date.now();
  const taken: Answered[] = [];
  const kept: Answered[] = [];
  let answer = '';
  for (const [index, event] of events.entries()) {
    const outcome = Date.now() - startedAtMs > PATIENCE_MS ? TOO_SLOW : await send(event);
    (outcome.taken ? taken : kept).push({ event, answer: outcome.answer });
    if (outcome.taken) continue;
    answer = outcome.answer;
    if (!outcome.isDown) continue;
    const unsent = events.slice(index + 1).map((each) => ({ event: each, answer: SUSPENDED }));
    return { taken, kept: [...kept, ...unsent], answer, isDown: true };
  }
  return { taken, kept, answer, isDown: false };
};

const putInBacklog = (tenant: Incarnation, events: readonly Answered[]): Promise<void> => {
  const sinceMs = Date.now();
  return addToBacklog(
    tenant,
    events.map(({ event, answer }) => ({ id: event.id, text: JSON.stringify(event), sinceMs, answer })),
  );
};
