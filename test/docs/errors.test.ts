// docs/errors.md, the list of codes and the sources say the same: every code is explained, used, and means one thing.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { errorCodes } from '../../lambdas/scim/errors/error-codes.ts';
import * as errors from '../../lambdas/scim/errors/errors.ts';

const root = join(import.meta.dirname, '../..');

const factories = new Map<string, unknown>(Object.entries(errors));

/** `code status scimType` of each, made by the factory that takes it. */
const listed = Object.entries(errorCodes).flatMap(([name, codes]) => {
  const factory = factories.get(name) as (code: string) => errors.ErrorTemplate;
  return codes.map((code: string) => {
    const { status, scimType = '–' } = factory(code)`Any.`;
    return [code, status, scimType].join(' ');
  });
});

const codes = listed.map((line) => line.split(' ')[0] ?? '');

test('each code is listed once', () => {
  expect(codes).toEqual([...new Set(codes)]);
});

describe('the page', () => {
  const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  test('has every code of the list and no other, with its status and scimType', () => {
    const shown = rows.map(([, code = '', status, scimType]) =>
      [code.replaceAll('`', ''), status, scimType].join(' '),
    );
    expect(shown.toSorted()).toEqual(listed.toSorted());
  });

  test('says of every code what it means and what to do', () => {
    for (const [, , , , means, todo] of rows) {
      expect(means).toMatch(/^[A-Z`].*\.$/);
      expect(todo).toMatch(/^[A-Z`].*\.$/);
    }
  });
});

describe('the sources', () => {
  const sources = globSync('lambdas/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('scim/errors/error-codes.ts'))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

  /** Where a code stands, with the words that follow it if they follow at once. */
  const usesOf = (code: string) =>
    sources.flatMap(({ file, text }) =>
      Array.from(
        text.matchAll(new RegExp(`'${code}',?\\s*(?:\\w+,?\\s*)?\\)(?:\`((?:[^\`\\\\]|\\\\.)*)\`)?`, 'g')),
        (use) => ({
          file,
          words: use[1]?.replace(/\$\{[^}]*\}/g, '…'),
        }),
      ),
    );

  test.each(codes)('use %s, for one thing only', (code) => {
    const uses = usesOf(code);
    expect(uses).not.toEqual([]);
    const [files, sentences] = [
      new Set(uses.map(({ file }) => file)),
      new Set(uses.map(({ words }) => words)),
    ];
    // One file may say one thing in several ways; two files say it in the same words.
    if (files.size > 1) expect([...sentences]).toHaveLength(1);
  });
});
