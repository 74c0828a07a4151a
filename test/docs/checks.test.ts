// docs/checks.md names tests and checks that are there.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checks } from '../e2e/checks/all.ts';
import { read, root, rowsOf } from './markdown.ts';

const rows = rowsOf(read('docs/checks.md'));

test('every test is a file', () => {
  const named = rows.flatMap(([, tests = '']) => tests.match(/[\w./-]+\.(ts|json)/g) ?? []);
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((file) => !file.startsWith('test/') || !existsSync(join(root, file)))).toEqual([]);
});

test('every row has a test or a check', () => {
  expect(rows.filter(([, tests, smoke]) => !tests && !smoke)).toEqual([]);
});

test('the checks of smoke are in it, each by its name', () => {
  const named = rows.flatMap(([, , smoke = '']) => smoke.split('; ').filter(Boolean));
  const plain = (name: string) => name.replace(/ \d+/, '');
  expect(new Set(named)).toEqual(new Set(checks.map(({ name }) => plain(name))));
});
