// What the tests of the pages read: the repository's Markdown files, their links, anchors and the paths that they name.

import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** Built, fetched or somebody else's. */
const FOREIGN: readonly string[] = ['node_modules', 'cdk.out', 'bundles', 'dist', '.git', '.local'];

/** The text of a file by its path from the root. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Every Markdown file of the repository, by its path from the root. */
export const markdownFiles = (): readonly string[] =>
  globSync('**/*.md', { cwd: root, exclude: (path) => FOREIGN.includes(basename(path)) }).toSorted();

/** The text without fenced blocks, in which nothing is a link or a heading. */
const prose = (text: string) => text.replaceAll(/^( *)```.*?^\1```$/gms, '');

/** The targets of the links of a page that lead to a file here, with their anchors: `docs/cost.md#cells`, `#cells`. */
export const linksOf = (text: string): readonly string[] =>
  Array.from(prose(text).matchAll(/\]\(<?([^)\s>]+)>?\)/g), ([, target = '']) => target).filter(
    (target) => !/^[a-z]+:/.test(target),
  );

/** What stands in backticks, line breaks as blanks. */
export const codeOf = (text: string): readonly string[] =>
  Array.from(prose(text).matchAll(/`([^`]+)`/g), ([, code = '']) => code.replaceAll(/\s+/g, ' '));

/** The anchors that GitHub gives the headings of a page: lower case, blanks as hyphens, repeated ones numbered. */
export const anchorsOf = (text: string): ReadonlySet<string> => {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose(text).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
};

/** The text below a heading of the second level, up to the next one; empty when there is no such heading. */
export const sectionOf = (text: string, heading: string): string =>
  text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** The cells of the body rows of every table in a text. */
export const rowsOf = (text: string): readonly (readonly string[])[] => {
  const lines = text.split('\n');
  const isRow = (line: string | undefined) => line?.startsWith('|') === true;
  const isRule = (line: string | undefined) => line !== undefined && /^\|[\s|:-]+\|$/.test(line);
  return lines
    .filter((line, at) => isRow(line) && !isRule(line) && !isRule(lines[at + 1]))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
};
