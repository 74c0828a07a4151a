// The EventBridge emulator, as the real client meets it.

import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type BusEvent, type EventBus, startEventBus } from '../../../bin/local/event-bus.ts';
import { eventLine } from '../../../bin/local/event-line.ts';

const heard: BusEvent[] = [];
let bus: EventBus;
let client: EventBridgeClient;

beforeAll(async () => {
  bus = await startEventBus((event) => heard.push(event));
  client = new EventBridgeClient({ endpoint: bus.endpoint });
});
afterAll(() => bus.stop());

const entry = (Detail: string) => ({
  EventBusName: 'events',
  Source: 'scim',
  DetailType: 'user.created',
  Detail,
});

test('hands on what it takes, in its order', async () => {
  const { FailedEntryCount, Entries } = await client.send(
    new PutEventsCommand({ Entries: [entry('{"n":1}'), entry('{"n":2}')] }),
  );
  expect(FailedEntryCount).toBe(0);
  expect(Entries?.map(({ EventId }) => typeof EventId)).toEqual(['string', 'string']);
  expect(heard.map(({ detail, ...rest }) => [rest, detail])).toEqual([
    [{ bus: 'events', source: 'scim', detailType: 'user.created' }, { n: 1 }],
    [{ bus: 'events', source: 'scim', detailType: 'user.created' }, { n: 2 }],
  ]);
});

test.each([
  ['more than ten entries', Array.from({ length: 11 }, () => entry('{}'))],
  ['no entry', []],
  ['a detail that is no JSON', [entry('{')]],
])('refuses %s, as EventBridge does', async (_, Entries) => {
  await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('refuses what it does not know', async () => {
  await expect(client.send(new ListRulesCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
});

test.each([
  [
    {
      tenant: 'acme',
      resource: { id: '7d42', userName: 'alice@acme.example' },
      changed: ['active', 'title'],
    },
    'event  user.created  acme  alice@acme.example (active, title)',
  ],
  [
    { tenant: 'acme', resource: { id: '7d42' }, member: { id: '9e' } },
    'event  user.created  acme  7d42 ← 9e',
  ],
  ['something else', 'event  user.created'],
])('an event is one line: %j', (detail, line) => {
  expect(eventLine({ bus: 'events', source: 'scim', detailType: 'user.created', detail })).toBe(line);
});
