// A tenant with a webhook for each test of a file: its endpoint is on this machine, events are delivered as messages of the
// queue, and retries run at the times that the test sets.

import './own-table.ts';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, jest } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { createTable } from '../../bin/local/table/create-table.ts';
import type { BusinessEvent, EventType } from '../../lambdas/events/event.ts';
import { handler as deliver } from '../../lambdas/handlers/webhook-delivery.ts';
import { createTenant } from '../../lambdas/operations/create-tenant.ts';
import { type Incarnation, partsOf } from '../../lambdas/platform/tenant.ts';
import { eraseWebhook } from '../../lambdas/webhooks/erasure.ts';
import { retryWebhooks } from '../../lambdas/webhooks/retries.ts';
import { setWebhook } from '../../lambdas/webhooks/webhooks.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { tableDefinition } from '../setup/table-definition.ts';
import { ownTableName } from './own-table.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const receiver = new WebhookReceiver();
export let tenant: Incarnation;
/** The signing secret. */
export let secret: string;

beforeAll(async () => {
  await createTable(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', ownTableName, tableDefinition);
  await receiver.open();
});
afterAll(() => receiver.close());

beforeEach(async () => {
  tenant = (await createTenant(freshTenantId())).incarnation;
  secret = (await setWebhook(tenant, { url: receiver.url, events: undefined }, true)).secret;
});
afterEach(async () => {
  jest.restoreAllMocks();
  receiver.answer = () => 204;
  receiver.received.length = 0;
  await eraseWebhook(tenant);
});

export const eventOf = (type: EventType = 'user.updated', of: Incarnation = tenant): BusinessEvent => ({
  version: 1,
  type,
  id: randomBytes(16).toString('hex'),
  ...partsOf(of),
  time: new Date().toISOString(),
  orderingKey: '7d42',
  sequence: '2',
  resource: { type: 'User', id: '7d42', userName: 'alice@acme.example', active: true },
});

export const events = (count: number) => Array.from({ length: count }, () => eventOf());
export const idsOf = (some: readonly BusinessEvent[]) => some.map(({ id }) => id);

const message = (detail: unknown, index: number) =>
  ({ messageId: `m${index}`, body: JSON.stringify({ source: 'scim', detail }) }) as SQSRecord;

/** Delivers one batch of the queue with these events. */
export const send = (...some: unknown[]) => deliver({ Records: some.map(message) });

export const NOTHING = { taken: 0, disabled: 0, givenUp: 0 };

/** Runs the retries at a time (ms), and answers with the outcome. */
export const retryAt = async (ms: number) => {
  const total = { ...NOTHING };
  await retryWebhooks(ms, ({ taken, disabled, givenUp }) => {
    total.taken += taken;
    total.disabled += disabled;
    total.givenUp += givenUp;
  });
  return total;
};
export const retryIn = (ms: number) => retryAt(Date.now() + ms);
