// Events that the endpoint of a webhook refuses are retried, and dropped in the end.

import '../support/own-table.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { createTenant } from '../../lambdas/operations/create-tenant.ts';
import { tenantOf } from '../../lambdas/tenants/tenant.ts';
import { addToBacklog, countBacklog, sizeOfBacklog } from '../../lambdas/webhooks/backlog-table.ts';
import { eraseWebhook } from '../../lambdas/webhooks/erasure.ts';
import { findRetry, noteRefusal } from '../../lambdas/webhooks/retries-table.ts';
import { enableWebhook, readWebhookState, setWebhook } from '../../lambdas/webhooks/webhooks.ts';
import { putWebhook } from '../../lambdas/webhooks/webhooks-table.ts';
import { freshIncarnation, freshTenantId } from '../setup/fresh-tenant.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';
import {
  eventOf,
  events,
  HOUR,
  idsOf,
  MINUTE,
  NOTHING,
  receiver,
  retryAt,
  retryIn,
  send,
  tenant,
} from '../support/webhook-trial.ts';
import { metricsOf } from '../support/written-metrics.ts';

describe('an endpoint that does not take an event', () => {
  test.each([
    ['answers with 500', 500, 'HTTP 500'],
    ['answers with 400', 400, 'HTTP 400'],
    ['sends it elsewhere, which is not followed', 302, 'HTTP 302'],
  ])('and %s gets it again later, with the same id', async (_, status, answer) => {
    receiver.answer = () => status;
    const event = eventOf();
    expect(await send(event)).toEqual({ batchItemFailures: [] });
    expect((await readWebhookState(tenant)).trouble).toMatchObject({ answer, waiting: 1 });
    receiver.answer = () => 204;
    expect(await retryIn(MINUTE)).toEqual({ ...NOTHING, taken: 1 });
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([event.id, event.id]);
    expect((await readWebhookState(tenant)).trouble).toBeUndefined();
  });

  test('in fifteen seconds is not waited for any longer', async () => {
    receiver.answer = () => undefined;
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const asked = jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 100));
    await send(eventOf());
    expect(asked).toHaveBeenCalledWith(15_000);
    expect((await readWebhookState(tenant)).trouble?.answer).toBe('no answer within 15 s');
  });

  test('is not there: the operator reads why', async () => {
    const elsewhere = new WebhookReceiver();
    await elsewhere.open();
    await elsewhere.close();
    await setWebhook(tenant, { url: elsewhere.url, events: undefined }, true);
    await send(eventOf());
    expect((await readWebhookState(tenant)).trouble?.answer).toBe('no answer (ECONNREFUSED)');
  });

  test('is left alone until its next retry, and what happens waits in the meantime', async () => {
    receiver.answer = () => 503;
    await send(...events(3));
    await send(...events(2));
    expect(receiver.received).toHaveLength(1);
    expect(await retryIn(MINUTE - 5000)).toEqual(NOTHING);
    expect(receiver.received).toHaveLength(1);
    expect(await countBacklog(tenant)).toBe(5);
  });

  test('as fast as they come is left to the retries, and takes no more of a function than that', async () => {
    const clock = Date.now;
    let slowness = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => clock() + slowness);
    receiver.answer = () => {
      slowness += 2000;
      return 204;
    };
    const some = events(10);
    expect(await send(...some)).toEqual({ batchItemFailures: [] });
    expect(receiver.taken).toEqual(idsOf(some.slice(0, 3)));
    expect((await readWebhookState(tenant)).trouble).toMatchObject({
      answer: 'slower than its events come',
      waiting: 7,
    });
    receiver.answer = () => 204;
    expect(await retryIn(MINUTE)).toEqual({ ...NOTHING, taken: 7 });
  });

  test('does not hold up the webhook of another tenant', async () => {
    const broken = tenant;
    const well = (await createTenant(freshTenantId())).incarnation;
    await setWebhook(well, { url: receiver.url, events: undefined }, true);
    receiver.answer = (event) => (event.tenant === tenantOf(broken) ? 503 : 204);
    const event = eventOf('user.created', well);
    await send(eventOf(), event, eventOf());
    expect(receiver.taken).toEqual([event.id]);
    await eraseWebhook(well);
  });

  test('gets all that waited, each once, and then what happens again', async () => {
    receiver.answer = () => 503;
    const missed = events(25);
    for (let at = 0; at < missed.length; at += 10) await send(...missed.slice(at, at + 10));
    receiver.answer = () => 204;
    expect(await retryIn(MINUTE)).toEqual({ ...NOTHING, taken: 25 });
    expect(receiver.taken.toSorted()).toEqual(idsOf(missed).toSorted());
    const next = eventOf();
    await send(next);
    expect(receiver.taken.at(-1)).toBe(next.id);
  });

  test('that is tried by two functions at once gets everything once', async () => {
    receiver.answer = () => 503;
    const missed = events(8);
    await send(...missed);
    receiver.answer = () => 204;
    const rounds = await Promise.all([retryIn(MINUTE), retryIn(MINUTE)]);
    expect(rounds.map(({ taken }) => taken).toSorted()).toEqual([0, 8]);
    expect(receiver.taken.toSorted()).toEqual(idsOf(missed).toSorted());
  });

  test.each([410, 429, 502, 503, 504])(
    'and says with %i that it is down gets ten of them',
    async (status) => {
      receiver.answer = () => status;
      for (let batch = 0; batch < 3; batch++) await send(...events(10));
      receiver.received.length = 0;
      await retryIn(MINUTE);
      expect(receiver.received).toHaveLength(10);
    },
  );

  test('is tried after 1, 2, 4, 8 and then every 15 minutes', async () => {
    receiver.answer = () => 503;
    await send(eventOf());
    const pauses: number[] = [];
    let at = Date.now() + MINUTE;
    for (let round = 0; round < 7; round++) {
      await retryAt(at);
      const next = (await findRetry(tenant))?.retryAtMs ?? 0;
      pauses.push((next - at) / MINUTE);
      at = next;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 15, 15, 15]);
  });
});

describe('an endpoint that never takes one event', () => {
  const withPoison = async () => {
    const [poison, ...others] = events(4);
    receiver.answer = (event) => (event.id === poison?.id ? 500 : 204);
    await send(poison, ...others);
    return { poison, others };
  };

  test('gets the others, and those that come later, at once', async () => {
    const { others } = await withPoison();
    expect(receiver.taken).toEqual(idsOf(others));
    expect(await retryIn(MINUTE)).toEqual(NOTHING);
    const next = eventOf();
    await send(next);
    expect(receiver.taken).toContain(next.id);
    expect((await readWebhookState(tenant)).trouble).toMatchObject({ answer: 'HTTP 500', waiting: 1 });
  });

  test('gets those that come later at once, also when the event was the last of many', async () => {
    const many = events(11);
    receiver.answer = () => 503;
    await send(...many);
    const last = idsOf(many).toSorted().at(-1);
    receiver.answer = ({ id }) => (id === last ? 500 : 204);
    expect(await retryIn(MINUTE)).toMatchObject({ taken: 10 });
    expect(await findRetry(tenant)).toMatchObject({ suspended: false });
  });

  test('however many of a type it refuses, gets the events of other types that came after them', async () => {
    receiver.answer = () => 503;
    for (let batch = 0; batch < 4; batch++) {
      await send(...Array.from({ length: 10 }, () => eventOf('group.member.added')));
    }
    const urgent = eventOf('user.deactivated');
    await send(urgent);
    receiver.received.length = 0;
    receiver.answer = ({ type }) => (type === 'group.member.added' ? 500 : 204);
    expect(await retryIn(MINUTE)).toEqual({ ...NOTHING, taken: 1 });
    expect(receiver.taken).toEqual([urgent.id]);
    expect(receiver.received).toHaveLength(20 + 1);
  });

  test('is not disabled for it as long as it takes others: the event is given up after a day', async () => {
    await withPoison();
    expect(await retryIn(12 * HOUR)).toEqual(NOTHING);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 20 * HOUR);
    await send(eventOf());
    clock.mockRestore();
    expect(await countBacklog(tenant)).toBe(1);
    expect(await retryIn(25 * HOUR)).toEqual({ ...NOTHING, givenUp: 1 });
    expect(await countBacklog(tenant)).toBe(0);
    expect((await readWebhookState(tenant)).trouble).toBeUndefined();
  });

  test('gives up nothing while it is down', async () => {
    await withPoison();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 20 * HOUR);
    await send(eventOf());
    clock.mockRestore();
    receiver.answer = () => 503;
    expect(await retryIn(25 * HOUR)).toEqual(NOTHING);
    expect(await countBacklog(tenant)).toBe(1);
  });
});

describe.each([
  ['is down', 503],
  ['refuses everything', 400],
])('an endpoint that %s for a day', (_, status) => {
  const switchOff = async () => {
    receiver.answer = () => status;
    const missed = events(2);
    await send(...missed);
    expect(await retryIn(23 * HOUR)).toEqual(NOTHING);
    expect(await retryIn(25 * HOUR)).toEqual({ ...NOTHING, disabled: 1 });
    return missed;
  };

  test('is disabled: it gets nothing more, and what happens waits', async () => {
    await switchOff();
    const before = receiver.received.length;
    await send(eventOf());
    expect(await retryIn(48 * HOUR)).toEqual(NOTHING);
    expect(receiver.received).toHaveLength(before);
    expect((await readWebhookState(tenant)).trouble).toMatchObject({ retryAt: undefined, waiting: 3 });
  });

  test('gets what waited when an operator has switched it on', async () => {
    const missed = await switchOff();
    receiver.answer = () => 204;
    expect(await enableWebhook(tenant)).toBe(true);
    expect(await retryIn(1000)).toEqual({ ...NOTHING, taken: 2 });
    expect(receiver.taken.toSorted()).toEqual(idsOf(missed).toSorted());
  });

  test('is told of by the measure that an alarm watches', async () => {
    process.env.METRIC_NAMESPACE = 'Scim/Test';
    const { handler } = await import('../../lambdas/handlers/webhook-retries.ts');
    receiver.answer = () => status;
    await send(eventOf());
    expect(await metricsOf(handler)).not.toHaveProperty('WebhookGivenUp');
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 25 * HOUR);
    expect(await metricsOf(handler)).toMatchObject({ WebhookGivenUp: 1, RetriesHeartbeat: 1 });
  });
});

describe('an alarm can tell of', () => {
  const handler = async () => (await import('../../lambdas/handlers/webhook-retries.ts')).handler();
  const inMinutes = (minutes: number) =>
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + minutes * MINUTE);

  test('webhooks that are suspended, as long as they are, disabled or not', async () => {
    receiver.answer = () => 503;
    expect(await metricsOf(handler)).toMatchObject({ WebhooksSuspended: 0 });
    await send(eventOf());
    expect(await metricsOf(handler)).toMatchObject({ WebhooksSuspended: 1 });
    inMinutes(25 * 60);
    expect(await metricsOf(handler)).toMatchObject({ WebhooksSuspended: 1, WebhookGivenUp: 1 });
    expect(await metricsOf(handler)).toMatchObject({ WebhooksSuspended: 1 });
    await enableWebhook(tenant);
    receiver.answer = () => 204;
    await metricsOf(handler);
    expect(await metricsOf(handler)).toMatchObject({ WebhooksSuspended: 0 });
  });

  test('the longest backlog that was tried, which is counted up to a thousand', async () => {
    receiver.answer = () => 503;
    await send(...events(25));
    inMinutes(2);
    expect(await metricsOf(handler)).toMatchObject({ WebhookBacklog: 25 });
    expect((await sizeOfBacklog(tenant, 10)).events).toBe(10);
    expect((await sizeOfBacklog(tenant, 1000)).events).toBe(25);
  });

  test('the age of the oldest event that is still refused, also by an endpoint that accepts others (S2.6)', async () => {
    const poison = eventOf('group.updated');
    receiver.answer = ({ id }) => (id === poison.id ? 500 : 204);
    await send(poison, eventOf());
    inMinutes(6 * 60 + 1);
    const measured = await metricsOf(handler);
    expect(measured).toMatchObject({ WebhooksSuspended: 0, WebhookBacklog: 1 });
    expect(measured.WebhookBacklogAge).toBeGreaterThanOrEqual(6 * 3600);
    inMinutes(30 * 60);
    receiver.answer = () => 204;
    expect(await metricsOf(handler)).not.toHaveProperty('WebhookBacklogAge');
  });
});

test('an endpoint that says that it is gone for good is disabled', async () => {
  receiver.answer = () => 410;
  await send(eventOf());
  expect(await retryIn(MINUTE)).toEqual({ ...NOTHING, disabled: 1 });
});

test('an event that is not wanted any more is no proof that the endpoint works', async () => {
  receiver.answer = () => 503;
  await send(eventOf('user.created'), eventOf('user.deleted'));
  await setWebhook(tenant, { url: receiver.url, events: ['user.deleted'] }, true);
  expect(await retryIn(MINUTE)).toEqual(NOTHING);
  expect(await findRetry(tenant)).toMatchObject({ suspended: true, takenAtMs: undefined });
  expect(await countBacklog(tenant)).toBe(1);
});

describe('a retry', () => {
  test('waits for what a delivery still writes before it forgets that there was one', async () => {
    receiver.answer = () => 503;
    await send(eventOf());
    receiver.answer = () => 204;
    await retryIn(MINUTE);
    expect(await findRetry(tenant)).toMatchObject({ suspended: false });
    await retryIn(4 * MINUTE);
    expect(await findRetry(tenant)).toBeUndefined();
  });

  test('is suspended again by a delivery that fails while it is settled', async () => {
    receiver.answer = () => 503;
    await send(eventOf());
    receiver.answer = () => 204;
    await retryIn(MINUTE);
    receiver.answer = () => 502;
    await send(eventOf());
    expect(await findRetry(tenant)).toMatchObject({ suspended: true, answer: 'HTTP 502' });
  });
});

test('a round posts to fifty webhooks at the same time at most, and gets to all', async () => {
  const tenants = Array.from({ length: 60 }, freshIncarnation);
  const now = Date.now();
  await Promise.all(
    tenants.map(async (of) => {
      await putWebhook(of, { url: receiver.url, events: undefined }, now);
      const state = { suspended: true, sinceMs: now, answer: 'HTTP 503', retryAtMs: now };
      await noteRefusal({ tenant: of, ...state });
      const event = eventOf('user.updated', of);
      await addToBacklog(of, [{ id: event.id, text: JSON.stringify(event), sinceMs: now }]);
    }),
  );
  let [underWay, most] = [0, 0];
  const fifty = Promise.withResolvers<void>();
  receiver.before = async () => {
    underWay++;
    most = Math.max(most, underWay);
    if (underWay === 50) fifty.resolve();
    await fifty.promise;
    // Time for one more than is allowed.
    await sleep(100);
    underWay--;
  };
  expect(await retryIn(0)).toEqual({ ...NOTHING, taken: 60 });
  expect(most).toBe(50);
  receiver.before = async () => {};
  await Promise.all(tenants.map(eraseWebhook));
});
