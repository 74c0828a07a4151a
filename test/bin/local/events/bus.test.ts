// The EventBridge emulator, as the real client meets it.

import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type BusEvent, type EventBus, startEventBus } from '../../../../bin/local/events/bus.ts';
import { eventLine } from '../../../../bin/local/events/line.ts';

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

/** A detail of so many bytes. */
const sized = (bytes: number) => JSON.stringify({ text: 'x'.repeat(bytes - '{"text":""}'.length) });

test('hands on what it takes, in its order', async () => {
  const { FailedEntryCount, Entries } = await client.send(
    new PutEventsCommand({ Entries: [entry('{"n":1}'), entry('{"n":2}')] }),
  );
  expect(FailedEntryCount).toBe(0);
  expect(Entries?.map(({ EventId }) => typeof EventId)).toEqual(['string', 'string']);
  const [first, second] = Entries?.map(({ EventId }) => EventId) ?? [];
  const event = { time: expect.any(String), bus: 'events', source: 'scim', detailType: 'user.created' };
  expect(heard).toEqual([
    { ...event, id: first, detail: { n: 1 } },
    { ...event, id: second, detail: { n: 2 } },
  ]);
});

test('hands an event, with the time that its sender gives it, to a route that was named later', async () => {
  const routed: BusEvent[] = [];
  bus.routeWith((event) => routed.push(event));
  const time = '2026-03-01T12:00:00.250Z';
  await client.send(new PutEventsCommand({ Entries: [{ ...entry('{}'), Time: new Date(time) }] }));

  expect(routed).toEqual([heard.at(-1)]);
  expect(routed.map((event) => event.time)).toEqual([time]);
});

test.each([
  ['more than ten entries', Array.from({ length: 11 }, () => entry('{}'))],
  ['no entry', []],
  ['more than 256 KB in all', [entry(sized(200_000)), entry(sized(70_000))]],
])('refuses %s, as EventBridge does (S1.9)', async (_, Entries) => {
  await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test.each<[what: string, entry: object, code: string]>([
  ['a detail that is no JSON', entry('{'), 'MalformedDetail'],
  ['a detail that is a list', entry('[]'), 'MalformedDetail'],
  ['no detail', { ...entry(''), Detail: undefined }, 'InvalidArgument'],
  ['an empty source', { ...entry('{}'), Source: '' }, 'InvalidArgument'],
  ['no type', { ...entry('{}'), DetailType: undefined }, 'InvalidArgument'],
  ['a source of AWS', { ...entry('{}'), Source: 'aws.scim' }, 'NotAuthorizedForSourceException'],
])('refuses an entry with %s alone, and takes the others (S1.9)', async (_, refused, ErrorCode) => {
  const before = heard.length;
  const { FailedEntryCount, Entries } = await client.send(
    new PutEventsCommand({ Entries: [entry('{"n":1}'), refused, entry('{"n":2}')] }),
  );
  expect(FailedEntryCount).toBe(1);
  expect(Entries?.map((each) => each.ErrorCode)).toEqual([undefined, ErrorCode, undefined]);
  expect(heard.slice(before).map(({ detail }) => detail)).toEqual([{ n: 1 }, { n: 2 }]);
});

test('takes 256 KB in all (S1.9)', async () => {
  const most = 256 * 1024 - 'scimuser.created'.length;
  const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [entry(sized(most))] }));
  expect(FailedEntryCount).toBe(0);
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
  const event = { id: '1', time: '2026-03-01T12:00:00Z', bus: 'events', source: 'scim', detail };
  expect(eventLine({ ...event, detailType: 'user.created' })).toBe(line);
});
