// Every link of every page leads somewhere, here and in the package; every path that a page names exists; the README is a
// front page from which all pages can be reached.

import { existsSync, globSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import manifest from '../../package.json' with { type: 'json' };
import { anchorsOf, codeOf, linksOf, markdownFiles, read, root, sectionOf } from './markdown.ts';

const pages = markdownFiles();

/** Where a link of a page leads, from the root, and to which anchor. */
const resolve = (page: string, link: string) => {
  const [path = '', anchor] = link.split('#');
  return { path: path === '' ? page : normalize(join(dirname(page), decodeURI(path))), anchor };
};

const isBroken = (page: string, link: string): boolean => {
  const { path, anchor } = resolve(page, link);
  if (path.startsWith('..') || !existsSync(join(root, path))) return true;
  if (anchor === undefined) return false;
  return statSync(join(root, path)).isDirectory() || !anchorsOf(read(path)).has(anchor);
};

test('there are pages, and they have links', () => {
  expect(pages).toEqual(
    expect.arrayContaining([
      'README.md',
      'CONTRIBUTING.md',
      'docs/architecture.md',
      'test/dialogues/README.md',
    ]),
  );
  expect(pages.flatMap((page) => linksOf(read(page))).length).toBeGreaterThan(40);
});

describe.each(pages)('%s', (page) => {
  test('has no broken link', () => {
    expect(linksOf(read(page)).filter((link) => isBroken(page, link))).toEqual([]);
  });
});

/** Built or installed, so not there in a checkout; and names of the package. */
const ELSEWHERE = /^(\.local|bundles|dist|cdk\.out|scim-endpoint)\//;

/** Pages that describe the code name files by their path from the root or, in the rooms, from lambdas/ or lib/. */
const describing = pages.filter((page) => !page.startsWith('test/'));

test.each(describing)('%s names only paths that exist', (page) => {
  const paths = codeOf(read(page)).filter(
    (code) =>
      /^[\w.*-]+\/[\w./*-]*$/.test(code) &&
      /\.(ts|json|md|yml)$|\/$|^\.ci\//.test(code) &&
      !ELSEWHERE.test(code),
  );
  const exists = (path: string) =>
    ['', 'lambdas', 'lib', 'docs'].some((folder) => globSync(join(folder, path), { cwd: root }).length > 0);
  expect(paths.filter((path) => !exists(path))).toEqual([]);
});

describe('the README', () => {
  const readme = read('README.md');

  test('is a front page', () => {
    expect(readme.split('\n').length).toBeLessThan(250);
  });

  test('leads to every page of docs from its contents', () => {
    const contents = linksOf(sectionOf(readme, 'Documentation')).map(
      (link) => resolve('README.md', link).path,
    );
    expect(globSync('docs/**/*.md', { cwd: root }).filter((page) => !contents.includes(page))).toEqual([]);
  });

  test('leads to the pages beside it', () => {
    const linked = linksOf(readme).map((link) => resolve('README.md', link).path);
    expect(linked).toEqual(
      expect.arrayContaining(['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'SECURITY.md']),
    );
  });
});

describe('in the package', () => {
  const isPacked = (path: string) =>
    ['README.md', 'LICENSE', 'package.json', ...manifest.files].some(
      (entry) => path === entry || path.startsWith(`${entry}/`),
    );

  test.each(pages.filter(isPacked))('the links of %s lead to what is in it', (page) => {
    const targets = linksOf(read(page)).map((link) => resolve(page, link).path);
    expect(targets.filter((path) => !isPacked(path))).toEqual([]);
  });
});
