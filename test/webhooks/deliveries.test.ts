// The list of deliveries, and what operators do with it: redelivery of one event, and a test.

import '../support/own-table.ts';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, jest, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { documents } from '../../lambdas/table/client.ts';
import { deliveriesPK } from '../../lambdas/table/keys.ts';
import { queryPages } from '../../lambdas/table/query-pages.ts';
import { countBacklog } from '../../lambdas/webhooks/backlog-table.ts';
import { listDeliveries, redeliver, testWebhook } from '../../lambdas/webhooks/deliveries.ts';
import { noteDeliveries, readDeliveries } from '../../lambdas/webhooks/deliveries-table.ts';
import { eraseWebhook } from '../../lambdas/webhooks/erasure.ts';
import { setWebhook } from '../../lambdas/webhooks/webhooks.ts';
import {
  eventOf,
  events,
  HOUR,
  MINUTE,
  receiver,
  retryIn,
  secret,
  send,
  tenant,
} from '../support/webhook-trial.ts';

const list = async () =>
  (await listDeliveries(tenant, 100)).map(({ id, status, answer }) => [id, status, answer]);

describe('the list of deliveries', () => {
  test('has what was accepted, and what waits with its cause (S4.3)', async () => {
    const [one, other, third] = [eventOf(), eventOf('group.updated'), eventOf()];
    receiver.answer = ({ id }) => (id === other.id ? 500 : 200);
    await send(one, other);
    expect((await list()).toSorted()).toEqual(
      [
        [one.id, 'accepted', 'HTTP 200'],
        [other.id, 'waiting', 'HTTP 500'],
      ].toSorted(),
    );
    receiver.answer = () => 503;
    await send(third);
    await send(eventOf());
    expect((await list()).slice(2).map(([, status, answer]) => [status, answer])).toEqual([
      ['waiting', 'HTTP 503'],
      ['waiting', 'not sent: the webhook was suspended'],
    ]);
  });

  test('shows each event once, with its latest status (S4.3)', async () => {
    receiver.answer = () => 500;
    const event = eventOf();
    await send(event);
    receiver.answer = () => 202;
    await retryIn(MINUTE);
    expect(await list()).toEqual([[event.id, 'accepted', 'HTTP 202']]);
  });

  test('tells of events that were given up (S4.3)', async () => {
    const poison = eventOf('group.updated');
    receiver.answer = ({ id }) => (id === poison.id ? 422 : 204);
    await send(poison, eventOf());
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 25 * HOUR);
    await send(eventOf());
    await retryIn(0);
    expect(await list()).toContainEqual([poison.id, 'dropped', 'HTTP 422']);
  });

  test('never grows beyond its places, and expires after a week (S4.3)', async () => {
    const now = Date.now();
    const many = Array.from({ length: 1500 }, (_, at) => ({
      ...{ id: `e${at}`, text: JSON.stringify(eventOf()), atMs: now + at },
      ...{ status: 'accepted' as const, answer: 'HTTP 204' },
    }));
    for (let at = 0; at < many.length; at += 25) await noteDeliveries(tenant, many.slice(at, at + 25));
    const kept = await readDeliveries(tenant);
    expect(kept.length).toBeLessThanOrEqual(500);
    expect(kept.length).toBeGreaterThan(400);
    // Of the newest fifty hardly one was replaced.
    const newest = new Set(kept.map(({ id }) => id));
    expect(many.slice(-50).filter(({ id }) => newest.has(id)).length).toBeGreaterThan(40);
    const [items = []] = await Array.fromAsync(queryPages(deliveriesPK(tenant), {}));
    const latest = Math.max(...items.map(({ ExpiresAt }) => Number(ExpiresAt)));
    expect(latest).toBeLessThanOrEqual((now + 1500) / 1000 + 7 * 24 * 3600 + 1);
    expect(latest).toBeGreaterThan(now / 1000);
  });

  test('is no reason for a delivery to fail or to be repeated (S4.3)', async () => {
    const real = documents.send.bind(documents) as (command: object) => Promise<unknown>;
    const failing = (command: object) =>
      command instanceof BatchWriteCommand ? Promise.reject(new TypeError('throttled')) : real(command);
    jest.spyOn(documents, 'send').mockImplementation(failing as never);
    jest.spyOn(console, 'error').mockImplementation(() => {});
    const event = eventOf();
    expect(await send(event)).toEqual({ batchItemFailures: [] });
    jest.restoreAllMocks();
    expect(receiver.taken).toEqual([event.id]);
  });

  test('ends with the webhook (S4.3)', async () => {
    await send(...events(3));
    await eraseWebhook(tenant);
    await expect(list()).rejects.toThrow('has no webhook');
    await setWebhook(tenant, { url: receiver.url, events: undefined }, true);
    expect(await list()).toEqual([]);
  });
});

describe('a redelivery', () => {
  test('sends an event that was accepted again, with the same id (S4.3)', async () => {
    const event = eventOf();
    await send(event);
    expect(await redeliver(tenant, event.id)).toEqual({ taken: true, answer: 'HTTP 204' });
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([event.id, event.id]);
    expect(receiver.received[1]?.event).toEqual(event);
  });

  test('of an event that waits takes it out of the backlog, once it is accepted (S4.3)', async () => {
    receiver.answer = () => 503;
    const waiting = events(3);
    await send(...waiting);
    const [, event = eventOf()] = waiting;
    expect(await redeliver(tenant, event.id)).toMatchObject({ taken: false, answer: 'HTTP 503' });
    expect(await countBacklog(tenant)).toBe(3);
    receiver.answer = () => 204;
    expect(await redeliver(tenant, event.id)).toMatchObject({ taken: true });
    expect(await countBacklog(tenant)).toBe(2);
    expect(await list()).toContainEqual([event.id, 'accepted', 'HTTP 204']);
  });

  test('of an event that is not in the list is refused with a sentence (S4.3)', async () => {
    await expect(redeliver(tenant, '0'.repeat(32))).rejects.toThrow('`webhook deliveries` lists them');
  });
});

test('a test is signed, and sent whatever types the webhook is set for (S4.3)', async () => {
  await setWebhook(tenant, { url: receiver.url, events: ['user.deleted'] }, true);
  const { id, ...outcome } = await testWebhook(tenant);
  expect(outcome).toEqual({ taken: true, answer: 'HTTP 204' });
  const [got] = receiver.received;
  expect(new Webhook(secret).verify(got?.body ?? '', got?.headers as Record<string, string>)).toMatchObject({
    type: 'tenant.webhook.test',
    data: { id },
  });
});
