// The local rules of a bus: which events reach which queue, and as what.

import { expect, test } from '@jest/globals';
import type { BusEvent } from '../../../../bin/local/events/bus.ts';
import { routeEvents } from '../../../../bin/local/events/rules.ts';
import type { LocalRule } from '../../../../bin/local/stack/events.ts';

const event: BusEvent = {
  id: '7d420df3',
  time: '2026-03-01T12:00:00.250Z',
  bus: 'events',
  source: 'scim',
  detailType: 'user.created',
  detail: { tenant: 'acme' },
};

/** Routes the event by these rules, whose targets may be the queues `one` and `two`; answers with what each got. */
const route = (...rules: LocalRule[]) => {
  const got = { one: [] as unknown[], two: [] as unknown[] };
  const queueOf = (bodies: unknown[]) => ({ send: (body: string) => void bodies.push(JSON.parse(body)) });
  routeEvents(
    rules,
    new Map([
      ['one', queueOf(got.one)],
      ['two', queueOf(got.two)],
    ]),
  )(event);
  return got;
};

test('an event that matches reaches the targets as what EventBridge sends', () => {
  const envelope = {
    version: '0',
    id: '7d420df3',
    'detail-type': 'user.created',
    source: 'scim',
    account: '000000000000',
    time: '2026-03-01T12:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: { tenant: 'acme' },
  };
  const got = route({ busName: 'events', pattern: { source: ['scim'] }, targets: ['one', 'two'] });

  expect(got).toEqual({ one: [envelope], two: [envelope] });
});

test.each([
  ['the source', { source: ['scim'] }, 1],
  ['another source', { source: ['aws.s3'] }, 0],
  ['one of several types', { 'detail-type': ['user.deleted', 'user.created'] }, 1],
  ['a member of the detail', { detail: { tenant: ['acme'] } }, 1],
  ['a member that is different', { detail: { tenant: ['globex'] } }, 0],
  ['one of two members', { source: ['scim'], 'detail-type': ['user.deleted'] }, 0],
])('a pattern of %s', (_, pattern, count) => {
  expect(route({ busName: 'events', pattern, targets: ['one'] }).one).toHaveLength(count);
});

test('a rule of another bus and a target that is no queue get nothing; other rules go on', () => {
  const pattern = { source: ['scim'] };
  const got = route(
    { busName: 'default', pattern, targets: ['one'] },
    { busName: 'events', pattern, targets: ['a function', 'two'] },
  );

  expect([got.one.length, got.two.length]).toEqual([0, 1]);
});
