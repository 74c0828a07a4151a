// What operators see of deliveries, and do about one: list them, send one again, send a test.

import { randomBytes } from 'node:crypto';
import { type BusinessEvent, EVENT_FORMAT } from '../events/event.ts';
import { type Incarnation, partsOf } from '../tenants/tenant.ts';
import { findInBacklog, newestOfBacklog, removeFromBacklog } from './backlog-table.ts';
import { findDelivery, noteDeliveries, readDeliveries } from './deliveries-table.ts';
import { endpointOf, type WebhookEndpoint } from './endpoint.ts';
import { noWebhook, WebhookError } from './errors.ts';
import type { PostResult } from './post.ts';

/** One line of the list. */
export interface ListedDelivery {
  readonly at: Date;
  readonly id: string;
  readonly type: string;
  /** `waiting`: in the backlog, since `at`. `dropped`: given up. */
  readonly status: 'accepted' | 'waiting' | 'dropped';
  /** How the endpoint answered, or why the event was not posted. */
  readonly answer: string;
}

/** The newest deliveries, at most `limit`, oldest first. Throws a `WebhookError` when there is no webhook. */
export const listDeliveries = async (
  tenant: Incarnation,
  limit: number,
): Promise<readonly ListedDelivery[]> => {
  await requireEndpoint(tenant);
  const [noted, waiting] = await Promise.all([readDeliveries(tenant), newestOfBacklog(tenant, limit)]);
  const lines = [
    ...noted,
    ...waiting.map(({ sinceMs, answer = 'not known', ...rest }) => ({
      ...rest,
      atMs: sinceMs,
      status: 'waiting' as const,
      answer,
    })),
  ];
  return lines
    .toSorted((one, other) => one.atMs - other.atMs)
    .slice(-limit)
    .map(({ atMs, text, id, status, answer }) => {
      const { type }: BusinessEvent = JSON.parse(text);
      return { at: new Date(atMs), id, type, status, answer };
    });
};

/**
 * Posts one event of the list again, from this process, with the same id; it leaves the backlog when it is accepted. Throws a
 * `WebhookError` when there is no webhook, or no such event any more.
 */
export const redeliver = async (tenant: Incarnation, eventId: string): Promise<PostResult> => {
  const endpoint = await requireEndpoint(tenant);
  const waiting = await findInBacklog(tenant, eventId);
  const found = waiting ?? (await findDelivery(tenant, eventId));
  if (!found) {
    throw new WebhookError(
      `There is no delivery "${eventId}" of this webhook, or no longer: \`webhook deliveries\` lists them.`,
    );
  }
  const outcome = await endpoint.send(JSON.parse(found.text));
  if (outcome.taken) {
    const { id, text } = found;
    await noteDeliveries(tenant, [
      { id, text, atMs: Date.now(), status: 'accepted', answer: outcome.answer },
    ]);
    if (waiting) await removeFromBacklog(tenant, [waiting]);
  }
  return outcome;
};

/** Posts a test event, from this process, whatever types the webhook is set for. Throws a `WebhookError` without a webhook. */
export const testWebhook = async (tenant: Incarnation): Promise<PostResult & { readonly id: string }> => {
  const endpoint = await requireEndpoint(tenant);
  const event = testEvent(tenant, Date.now());
  return { id: event.id, ...(await endpoint.send(event)) };
};

/** A `tenant.webhook.test`, which is never on the bus. `now` in milliseconds. */
export const testEvent = (tenant: Incarnation, now: number): BusinessEvent => {
  const parts = partsOf(tenant);
  return {
    version: EVENT_FORMAT,
    type: 'tenant.webhook.test',
    id: randomBytes(16).toString('hex'),
    ...parts,
    time: new Date(now).toISOString(),
    orderingKey: `${parts.tenant}/webhook`,
    sequence: String(now),
    resource: { type: 'Tenant', id: parts.tenant },
  };
};

const requireEndpoint = async (tenant: Incarnation): Promise<WebhookEndpoint> => {
  const endpoint = await endpointOf(tenant);
  if (!endpoint) throw noWebhook(tenant);
  return endpoint;
};
