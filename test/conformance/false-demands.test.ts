// Which failures of a suite count.

import { expect, test } from '@jest/globals';
import { type FalseDemand, judge } from './false-demands.ts';

const demand: FalseDemand = {
  suite: 'a suite',
  test: 'PATCH a group',
  failure: 'expected 200, got 204',
  clause: 'RFC 7644 §3.5.2',
  reason: 'Both are allowed.',
};

test('a listed failure is excused, in the very words that are listed', () => {
  const verdict = judge([{ name: 'PATCH a group', failure: 'expected 200, got 204' }], [demand]);
  expect(verdict).toEqual({ passed: 0, excused: 1, failed: [], outdated: [] });
});

test.each([
  ['another failure of the same test', { name: 'PATCH a group', failure: 'expected 200, got 500' }],
  ['the same failure of another test', { name: 'PATCH a user', failure: 'expected 200, got 204' }],
])('%s is a failure', (_, check) => {
  expect(judge([check], [demand]).failed).toEqual([check]);
});

test('a listed demand that is fulfilled is reported', () => {
  const verdict = judge([{ name: 'PATCH a group' }], [demand]);
  expect(verdict).toEqual({ passed: 1, excused: 0, failed: [], outdated: [demand] });
});
