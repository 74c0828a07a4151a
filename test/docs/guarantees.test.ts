// docs/guarantees.md and the titles of tests have the same ids.

import { globSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { read, root, rowsOf } from './markdown.ts';

const ID = /\bS[1-4]\.\d+/g;

/** Ids in titles, which are one string each, and as the `id` of what the trials of test/faults hold. */
const idsHeldIn = (code: string): string[] => {
  const titles = code.match(/(['"`])[^\n]*?\(S[1-4]\.\d+[a-z]?(, S[1-4]\.\d+[a-z]?)*\)[^\n]*?\1/g) ?? [];
  const trials = code.match(/\bid: 'S[1-4]\.\d+'/g) ?? [];
  return [...titles, ...trials].flatMap((text) => text.match(ID) ?? []);
};

const promised = rowsOf(read('docs/guarantees.md')).map(([id = '']) => id);
const files = globSync('{test/**/*.{test,fuzz}.ts,test/faults/*.ts}', { cwd: root }).filter(
  (file) => !file.endsWith('guarantees.test.ts'),
);
const held = new Set(files.flatMap((file) => idsHeldIn(read(file))));

test('every guarantee has an id of its own', () => {
  expect(promised.length).toBeGreaterThan(30);
  expect(promised.filter((id) => !/^S[1-4]\.\d+$/.test(id))).toEqual([]);
  expect(new Set(promised).size).toBe(promised.length);
});

test('every id stands in the title of a test', () => {
  expect(promised.filter((id) => !held.has(id))).toEqual([]);
});

test('every id in a title is one of a guarantee', () => {
  expect([...held].filter((id) => !promised.includes(id))).toEqual([]);
});

test.each([
  ["test('holds (S9.1)', () => {", []],
  ["test('holds (S1.1, S2.12)', () => {", ['S1.1', 'S2.12']],
  ['describe(`holds (S2.6b): %s`, () => {', ['S2.6']],
  ["test.each([1])('%s holds (S3.1)', () => {", ['S3.1']],
  ["const id = 'x'; // as S1.1 says", []],
])('%s holds %j', (code, ids) => {
  expect(idsHeldIn(code)).toEqual(ids);
});
