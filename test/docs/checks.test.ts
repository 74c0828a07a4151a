// docs/checks.md names tests and checks that are there.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checks } from '../e2e/checks/all.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/checks.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what '))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test('every test is a file', () => {
  const named = page.match(/[\w./-]+\.(test\.ts|scale\.ts|json)|e2e\/[\w/]+\.ts/g) ?? [];
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((file) => !existsSync(join(import.meta.dirname, '..', file)))).toEqual([]);
});

test('every row has a test or a check', () => {
  expect(rows.filter(([, tests, smoke]) => !tests && !smoke)).toEqual([]);
});

test('the checks of smoke are in it, each by its name', () => {
  const named = rows.flatMap(([, , smoke = '']) => smoke.split('; ').filter(Boolean));
  const plain = (name: string) => name.replace(/ \d+/, '');
  expect(new Set(named)).toEqual(new Set(checks.map(({ name }) => plain(name))));
});
