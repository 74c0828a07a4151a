// Webhook deliveries and retries that are interrupted between any two writes.

import '../support/own-table.ts';
import { describe, expect, test } from '@jest/globals';
import type { BusinessEvent } from '../../lambdas/events/event.ts';
import { countBacklog } from '../../lambdas/webhooks/backlog-table.ts';
import { eraseWebhook } from '../../lambdas/webhooks/erasure.ts';
import { setWebhook } from '../../lambdas/webhooks/webhooks.ts';
import { countWrites, killAtWrite, revive } from '../support/faults.ts';
import { eventOf, events, idsOf, MINUTE, receiver, retryIn, send, tenant } from '../support/webhook-trial.ts';

describe('a function that is killed at any write', () => {
  const cuts = ['beforeWrite', 'afterWrite'] as const;

  test.each(cuts)('%s of a delivery loses no event', async (cut) => {
    receiver.answer = () => 503;
    const all: BusinessEvent[] = [];
    const writes = await countWrites(() => send(eventOf()));
    expect(writes).toBe(2);
    for (let nth = 1; nth <= writes; nth++) {
      await eraseWebhook(tenant);
      await setWebhook(tenant, { url: receiver.url, events: undefined }, true);
      const [event] = events(1);
      killAtWrite(nth, cut);
      const { batchItemFailures } = await send(event);
      expect(revive()).toBe(true);
      expect(batchItemFailures).toHaveLength(1);
      await send(event);
      if (event) all.push(event);
      receiver.answer = () => 204;
      await retryIn(MINUTE);
      receiver.answer = () => 503;
    }
    expect(receiver.taken).toEqual(expect.arrayContaining(idsOf(all)));
  });

  test.each(cuts)('%s of a retry loses no event, and goes on', async (cut) => {
    // Claim, backlog, list of deliveries, outcome.
    for (let nth = 1; nth <= 4; nth++) {
      receiver.answer = () => 503;
      const missed = events(3);
      await send(...missed);
      receiver.answer = () => 204;
      killAtWrite(nth, cut);
      await retryIn(MINUTE);
      expect(revive()).toBe(true);
      await retryIn(4 * MINUTE);
      expect(receiver.taken).toEqual(expect.arrayContaining(idsOf(missed)));
      expect(await countBacklog(tenant)).toBe(0);
      await eraseWebhook(tenant);
      await setWebhook(tenant, { url: receiver.url, events: undefined }, true);
    }
  });
});
