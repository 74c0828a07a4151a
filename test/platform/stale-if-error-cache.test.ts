// A cached value is fresh for a minute, and is served stale for ten more while it cannot be read again.

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { staleIfErrorCache } from '../../lambdas/platform/stale-if-error-cache.ts';

const MINUTE = 60_000;

let now = 1_000_000;
let answer: () => Promise<string> = async () => 'none';
let reads = 0;
let told: ReturnType<typeof jest.spyOn>;
const load = (_key: string) => {
  reads += 1;
  return answer();
};

beforeEach(() => {
  [now, reads] = [1_000_000, 0];
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  told = jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  jest.restoreAllMocks();
});

const says = (value: string) => {
  answer = async () => value;
};
const fails = () => {
  answer = async () => {
    throw new Error('Not now.');
  };
};

test('is read once a minute and key, by whoever asks at the same time', async () => {
  const { get } = staleIfErrorCache('It', load);
  says('a');
  expect(await Promise.all([get('x'), get('x'), get('y')])).toEqual(['a', 'a', 'a']);
  says('b');
  now += MINUTE;
  expect(await get('x')).toBe('a');
  now += 1;
  expect(await get('x')).toBe('b');
  expect(reads).toBe(3);
});

test('is read again at once when it is forgotten', async () => {
  const { get, evict } = staleIfErrorCache('It', load);
  says('a');
  await get('x');
  says('b');
  evict('x');
  expect(await get('x')).toBe('b');
});

test('of which nothing is known fails as its reading does, and is tried again', async () => {
  const { get } = staleIfErrorCache('It', load);
  fails();
  await expect(get('x')).rejects.toThrow('Not now.');
  says('a');
  expect(await get('x')).toBe('a');
  expect(told).not.toHaveBeenCalled();
});

test('is gone on with for ten minutes while it cannot be read, tried every few seconds', async () => {
  const { get } = staleIfErrorCache('It', load);
  says('a');
  await get('x');
  fails();
  now += MINUTE + 1;
  expect(await Promise.all([get('x'), get('x')])).toEqual(['a', 'a']);
  expect([reads, told.mock.calls.length]).toEqual([2, 1]);
  now += 4_000;
  await get('x');
  expect(reads).toBe(2);
  now = 1_000_000 + 11 * MINUTE - 1;
  expect(await get('x')).toBe('a');
  now += 5_001;
  await expect(get('x')).rejects.toThrow('Not now.');
  says('b');
  expect(await get('x')).toBe('b');
});

test('is gone on with when reading takes too long, and what comes late is used', async () => {
  jest.useFakeTimers({ doNotFake: ['Date'] });
  const { get } = staleIfErrorCache('It', load);
  says('a');
  await get('x');
  const late = Promise.withResolvers<string>();
  answer = () => late.promise;
  now += MINUTE + 1;
  const got = get('x');
  await jest.advanceTimersByTimeAsync(2_000);
  expect(await got).toBe('a');
  late.resolve('b');
  await jest.advanceTimersByTimeAsync(0);
  expect(await get('x')).toBe('b');
  jest.useRealTimers();
});

test('is used when a late answer arrives while the value is read again (S1.1)', async () => {
  const { get } = staleIfErrorCache('It', load);
  says('a');
  await get('x');
  now += MINUTE + 1;
  const [late, next] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  answer = () => late.promise;
  expect(await get('x')).toBe('a');
  now += 5_001;
  answer = () => next.promise;
  const reading = get('x');
  late.resolve('b');
  expect(await reading).toBe('b');
  next.resolve('c');
});

test('is not kept when it does not last', async () => {
  const { get } = staleIfErrorCache('It', load, (value) => value !== 'gone');
  says('gone');
  expect(await get('x')).toBe('gone');
  now += 5_000;
  says('a');
  expect(await get('x')).toBe('gone');
  now += 1;
  fails();
  await expect(get('x')).rejects.toThrow('Not now.');
  says('a');
  expect(await get('x')).toBe('a');
});

test('goes, when there are a thousand more, if it was used longest ago', async () => {
  const { get } = staleIfErrorCache('It', load);
  says('a');
  await get('first');
  await get('second');
  for (let n = 0; n < 998; n++) await get(String(n));
  await get('first');
  await get('one more');
  const before = reads;
  await get('first');
  expect(reads).toBe(before);
  await get('second');
  expect(reads).toBe(before + 1);
});

test('what was read before a change is not cached', async () => {
  const { get, evict } = staleIfErrorCache('It', load);
  const before = Promise.withResolvers<string>();
  answer = () => before.promise;
  const got = get('x');
  evict('x');
  before.resolve('a');
  expect(await got).toBe('a');
  says('b');
  expect(await get('x')).toBe('b');
});

test('an answer that is later than a newer one does not replace it', async () => {
  jest.useFakeTimers({ doNotFake: ['Date'] });
  const { get } = staleIfErrorCache('It', load);
  says('a');
  await get('x');
  const late = Promise.withResolvers<string>();
  answer = () => late.promise;
  now += MINUTE + 1;
  const got = get('x');
  await jest.advanceTimersByTimeAsync(2_000);
  expect(await got).toBe('a');
  says('c');
  now += 5_001;
  expect(await get('x')).toBe('c');
  late.resolve('b');
  await jest.advanceTimersByTimeAsync(0);
  expect(await get('x')).toBe('c');
  jest.useRealTimers();
});

test('the least recently used of a thousand keys is evicted', async () => {
  const { get } = staleIfErrorCache('It', load);
  says('a');
  for (let index = 0; index < 1_000; index++) await get(`k${index}`);
  await get('k0');
  await get('more');
  expect(reads).toBe(1_001);
  await get('k0');
  expect(reads).toBe(1_001);
  await get('k1');
  expect(reads).toBe(1_002);
});
