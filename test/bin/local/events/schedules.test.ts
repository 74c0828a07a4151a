// The local schedules: functions that are invoked by the clock.

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Schedules, startSchedules } from '../../../../bin/local/events/schedules.ts';
import type { InvokeFunction } from '../../../../bin/local/functions/host.ts';

const MINUTE_MS = 60_000;
const each = (minutes: number, functionName: string) => ({
  ruleName: `Each${minutes}`,
  functionName,
  everyMs: minutes * MINUTE_MS,
});

const invocations: [string, object][] = [];
const invoke: InvokeFunction = async (functionName, event) => {
  invocations.push([functionName, event]);
  if (functionName === 'Broken') throw new Error('Not today.');
};
const invoked = () => invocations.map(([functionName]) => functionName);

let schedules: Schedules;
beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-03-01T12:00:00.250Z') });
  invocations.length = 0;
});
afterEach(() => {
  schedules.stop();
  jest.useRealTimers();
});

test('each function is invoked at its rate, for the first time when it has passed', async () => {
  schedules = startSchedules([each(1, 'Often'), each(3, 'Seldom')], invoke);
  await jest.advanceTimersByTimeAsync(MINUTE_MS - 1);
  expect(invoked()).toEqual([]);

  await jest.advanceTimersByTimeAsync(1 + 3 * MINUTE_MS);
  expect(invoked().toSorted()).toEqual(['Often', 'Often', 'Often', 'Often', 'Seldom']);
});

test('the function gets what EventBridge sends', async () => {
  schedules = startSchedules([each(1, 'Often')], invoke);
  await jest.advanceTimersByTimeAsync(MINUTE_MS);

  expect(invocations[0]?.[1]).toEqual({
    version: '0',
    id: expect.any(String),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: '2026-03-01T12:01:00Z',
    region: 'eu-central-1',
    resources: ['arn:aws:events:eu-central-1:000000000000:rule/Each1'],
    detail: {},
  });
});

test('an invocation that fails is one line, and the next has its turn', async () => {
  const errors = jest.spyOn(console, 'error').mockImplementation(() => {});
  schedules = startSchedules([each(1, 'Broken')], invoke);
  await jest.advanceTimersByTimeAsync(2 * MINUTE_MS);

  expect(errors.mock.calls).toEqual([['Broken: Not today.'], ['Broken: Not today.']]);
  errors.mockRestore();
});

test('a rate that Node has no timer for is not a storm', async () => {
  schedules = startSchedules([each(60 * 24 * 60, 'Rare')], invoke);
  await jest.advanceTimersByTimeAsync(MINUTE_MS);

  expect(invoked()).toEqual([]);
});

test('nothing is invoked after the end', async () => {
  schedules = startSchedules([each(1, 'Often')], invoke);
  await jest.advanceTimersByTimeAsync(MINUTE_MS);
  schedules.stop();
  await jest.advanceTimersByTimeAsync(5 * MINUTE_MS);

  expect(invoked()).toEqual(['Often']);
});
