// CONTRIBUTING.md answers the eight tasks that people come with, each with at most four files of code, its tests and its page, all
// of which exist.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { codeOf, read, root, rowsOf, sectionOf } from './markdown.ts';

const tasks = rowsOf(sectionOf(read('CONTRIBUTING.md'), 'Where a change goes')).map(
  ([task = '', files = '', tests = '', page = '']) => ({
    task,
    files: codeOf(files),
    tests: codeOf(tests),
    pages: codeOf(page),
  }),
);

test('there are the eight tasks', () => {
  expect(tasks.map(({ task }) => task)).toEqual([
    'a filter operator',
    'a quirk of a new identity provider',
    'an operator command',
    'an event type',
    'an item in the table',
    'an alarm',
    'a tenant setting',
    'an attribute of users',
  ]);
});

describe.each(tasks)('$task', ({ files, tests, pages }) => {
  test('takes at most four files and one page', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.length).toBeLessThanOrEqual(4);
    expect(tests.length).toBeGreaterThan(0);
    expect(pages.length).toBeLessThanOrEqual(1);
  });

  test('names paths that exist', () => {
    expect([...files, ...tests, ...pages].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('leads to the code that does it', () => {
    expect(files.filter((path) => !/^(lambdas|lib|bin)\//.test(path))).toEqual([]);
  });
});
