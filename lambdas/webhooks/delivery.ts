// Events on their way to the webhooks of tenants. What an endpoint takes is gone; what it refuses waits in its backlog, for
// webhook-retries.ts to try again. One that is down is suspended: all that follows waits without being posted. So a broken
// endpoint costs one write an event, and holds up nobody else's.

import type { BusinessEvent } from '../events/event.ts';
import { logError, logInfo } from '../platform/log.ts';
import { type Incarnation, incarnationOf, partsOf } from '../tenants/tenant.ts';
import { addWaiting } from './backlog-table.ts';
import { endpointOf, type WebhookEndpoint } from './endpoint.ts';
import type { PostResult } from './post.ts';
import { findRetry, noteRefusal, noteTaken } from './retries-table.ts';

/**
 * An endpoint that takes longer for what a batch has for it is left to the retries, which post ten at a time: it must not
 * keep the few functions that deliver from the events of others.
 */
const PATIENCE_MS = 5000;

const FIRST_RETRY_MS = 60_000;

const HOUR_MS = 60 * 60 * 1000;

/**
 * Delivers the events, those of a tenant in their order; answers with those that must come again. An event goes to the webhook
 * of the incarnation that it tells of: told again after that is gone, it goes nowhere.
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
        logError('The events of a tenant are not delivered.', error, partsOf(tenant));
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
  if (retry?.suspended) return putAside(tenant, wanted);

  const { kept, answer, isDown } = await sendInOrder(endpoint, wanted);
  const now = Date.now();
  const takenAtMs = kept.length < wanted.length ? now : undefined;
  if (kept.length === 0) {
    if (retry && now - (retry.takenAtMs ?? 0) > HOUR_MS) await noteTaken(tenant, now);
    return;
  }
  const retryAtMs = now + FIRST_RETRY_MS;
  // Before the backlog: what is there without a retry would stay there.
  const isNews = await noteRefusal({ tenant, suspended: isDown, answer, sinceMs: now, takenAtMs, retryAtMs });
  if (isNews && isDown) logInfo('webhook suspended', { ...partsOf(tenant), answer });
  await putAside(tenant, kept);
};

const TOO_SLOW: PostResult = { taken: false, answer: 'slower than its events come', isDown: true };

/** Posts until the endpoint is down; answers with what it did not take, and why. */
const sendInOrder = async ({ send }: WebhookEndpoint, events: readonly BusinessEvent[]) => {
  const started = Date.now();
  const kept: BusinessEvent[] = [];
  let answer = '';
  for (const [index, event] of events.entries()) {
    const outcome = Date.now() - started > PATIENCE_MS ? TOO_SLOW : await send(event);
    if (outcome.taken) continue;
    kept.push(event);
    answer = outcome.answer;
    if (outcome.isDown) return { kept: [...kept, ...events.slice(index + 1)], answer, isDown: true };
  }
  return { kept, answer, isDown: false };
};

const putAside = (tenant: Incarnation, events: readonly BusinessEvent[]): Promise<void> => {
  const sinceMs = Date.now();
  return addWaiting(
    tenant,
    events.map((event) => ({ id: event.id, text: JSON.stringify(event), sinceMs })),
  );
};
