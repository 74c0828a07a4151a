// What is published arrives wherever a rule may lead it.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type BusEvent, type EventBus, startEventBus } from '../../bin/local/events/bus.ts';
import { openQueue } from '../../bin/local/events/queue.ts';
import { publish } from '../../lambdas/events/bus.ts';
import type { BusinessEvent } from '../../lambdas/events/event.ts';

const heard: BusEvent[] = [];
let bus: EventBus;
beforeAll(async () => {
  bus = await startEventBus((event) => heard.push(event));
  process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = bus.endpoint;
});
afterAll(() => bus.stop());

test('an event with any text in it passes a queue (S1.9)', async () => {
  const userName = 'a\u0000\uFFFE\uFFFF😀b';
  const event = { id: 'x', type: 'user.created', time: new Date(0).toISOString(), resource: { userName } };
  expect(await publish([event as unknown as BusinessEvent])).toEqual([]);
  const delivered = Promise.withResolvers<string>();
  const queue = openQueue(
    {
      arn: 'arn:aws:sqs:eu-central-1:000000000000:queue',
      functionName: 'Delivery',
      batchSize: 1,
      maximumConcurrency: 1,
      reportsItemFailures: false,
      maxReceiveCount: 1,
    },
    async (_, { Records }: { Records?: readonly { readonly body: string }[] }) =>
      delivered.resolve(Records?.[0]?.body ?? ''),
  );
  queue.send(JSON.stringify(heard[0]?.detail));
  expect(JSON.parse(await delivered.promise).resource).toEqual({ userName: 'a\u0000\uFFFD\uFFFD😀b' });
  queue.stop();
});
