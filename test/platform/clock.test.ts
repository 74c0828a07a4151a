// There is one clock.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { now, timestamp } from '../../lambdas/platform/clock.ts';

const root = join(import.meta.dirname, '../..');

test('nothing in lambdas/ reads another', () => {
  const files = globSync('lambdas/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('platform/clock.ts'),
  );
  expect(files.length).toBeGreaterThan(150);
  const others = files.filter((file) =>
    /Date\.now|new Date\(\)|performance\.|process\.hrtime/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(others).toEqual([]);
});

test('a time is text in RFC 3339, in UTC', () => {
  expect(timestamp(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(Math.abs(Date.parse(timestamp()) - now())).toBeLessThan(1000);
});
