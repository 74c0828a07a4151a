// What counts as a failed request while a token is rotated.

import { describe, expect, test } from '@jest/globals';
import type { Sent } from './load.ts';
import { judgeRotation } from './verdict.ts';

const rotation = { oldToken: 'old', newToken: 'new', retiring: 10_000, retired: 11_000, cacheSeconds: 5 };
const sent = (token: string, second: number, status: number): Sent => ({
  token,
  sentAt: second * 1000,
  answeredAt: second * 1000 + 100,
  status,
  why: '',
});

const kept = [
  sent('old', 1, 201),
  sent('new', 9, 200),
  sent('old', 13, 200),
  sent('old', 15, 401),
  sent('old', 18, 401),
  sent('new', 19, 200),
];

test('nothing is broken when the old token is refused only after the cache time', () => {
  expect(judgeRotation(kept, rotation).broken).toEqual([]);
});

describe('is broken:', () => {
  test.each([
    ['the old token is refused before its retirement', sent('old', 5, 401)],
    ['a request fails before the retirement', sent('old', 5, 503)],
    ['a request has no answer', sent('new', 5, 0)],
    ['the new token is refused', sent('new', 15, 401)],
    ['a request fails within the cache time', sent('old', 14, 500)],
    ['the old token is accepted after the cache time', sent('old', 18, 200)],
    ['the old token is not refused with 401 after it', sent('old', 18, 403)],
  ])('%s', (_, wrong) => {
    expect(judgeRotation([...kept, wrong], rotation).broken).toHaveLength(1);
  });

  test.each(['old', 'new'])('nothing was sent with the %s token', (token) => {
    const without = kept.filter((request) => request.token !== token);
    expect(judgeRotation(without, rotation).broken).not.toEqual([]);
  });
});
