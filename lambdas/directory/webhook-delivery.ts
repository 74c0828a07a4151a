// Events on their way to the webhooks of tenants. What an endpoint takes is gone; with the first event that it does not
// take it is suspended: that event and all that follow wait in its backlog, and webhook-retries.ts tries again. So a broken
// endpoint costs one write an event, and holds up nobody else's.

import type { BusinessEvent } from '../events/event.ts';
import { logError, logInfo } from '../platform/log.ts';
import { asTenantId, type TenantId } from '../platform/tenant.ts';
import { addWaiting } from '../store/webhook-backlog.ts';
import { findRetry, suspend } from '../store/webhook-retries.ts';
import { endpointOf, type WebhookEndpoint } from './webhook-endpoint.ts';

/**
 * An endpoint that takes longer for what a batch has for it is left to the retries, which post ten at a time: it must not
 * keep the few functions that deliver from the events of others.
 */
const PATIENCE_MS = 5000;

const FIRST_RETRY_MS = 60_000;

/** Delivers the events, those of a tenant in their order; answers with those that must come again. */
export const deliver = async (events: readonly BusinessEvent[]): Promise<ReadonlySet<BusinessEvent>> => {
  const groups = Map.groupBy(events, ({ tenant }) => tenant);
  const failed = await Promise.all(
    [...groups].map(async ([id, group]) => {
      const tenant = asTenantId(id);
      try {
        if (tenant) await deliverTo(tenant, group);
        return [];
      } catch (error) {
        logError('The events of a tenant are not delivered.', error, { tenant: id });
        return group;
      }
    }),
  );
  return new Set(failed.flat());
};

const deliverTo = async (tenant: TenantId, events: readonly BusinessEvent[]): Promise<void> => {
  const endpoint = await endpointOf(tenant);
  const wanted = endpoint ? events.filter(endpoint.wants) : [];
  if (!endpoint || wanted.length === 0) return;
  const retry = await findRetry(tenant);
  if (retry?.suspended) return putAside(tenant, wanted);

  const { delivered, answer } = await sendInOrder(endpoint, wanted);
  if (answer === undefined) return;
  const now = Date.now();
  // Before the backlog: what is there without a retry would stay there.
  const isFirst = await suspend({
    tenant,
    suspended: true,
    sinceMs: now,
    failures: 0,
    answer,
    retryAtMs: now + FIRST_RETRY_MS,
  });
  if (isFirst) logInfo('webhook suspended', { tenant, answer });
  await putAside(tenant, wanted.slice(delivered));
};

/** Stops at the first event that is not taken. */
const sendInOrder = async (
  { send }: WebhookEndpoint,
  events: readonly BusinessEvent[],
): Promise<{ readonly delivered: number; readonly answer: string | undefined }> => {
  const started = Date.now();
  for (const [delivered, event] of events.entries()) {
    if (Date.now() - started > PATIENCE_MS) return { delivered, answer: 'slower than its events come' };
    const outcome = await send(event);
    if (!outcome.taken) return { delivered, answer: outcome.answer };
  }
  return { delivered: events.length, answer: undefined };
};

const putAside = (tenant: TenantId, events: readonly BusinessEvent[]): Promise<void> => {
  const sinceMs = Date.now();
  return addWaiting(
    tenant,
    events.map((event) => ({ id: event.id, text: JSON.stringify(event), sinceMs })),
  );
};
