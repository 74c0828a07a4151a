// Every citation of entra-client.md, in a dialogue, the simulator or the code, must point to an existing section or row.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const dossier = read('test/dialogues/entra-client.md');

/** Numbers of headings, and table cells that hold nothing but a number such as 6.1.7 or 8.okta. */
const numbered = [...dossier.matchAll(/^#+ (\d+(?:\.\d+)?)\.? |\| (\d+\.[\d.]*(?:\d|[a-z]+))(?= +\|)/gm)].map(
  ([, heading, row]) => heading ?? row,
);
const places = new Set(numbered);

const ONE = String.raw`(?:§|sections? |rules? )?\d+(?:\.\d+)*`;
const LIST = `${ONE}(?:(?:, | and |; )${ONE})*`;
const CITATION = new RegExp(String.raw`(?:entra-client(?:\.md)?,? |\b(?=rules? \d))(${LIST})`, 'g');

/** The rows that a list of numbers cites: after the word "rule", a whole number is a row of section 0. */
const cited = (list: string): string[] => {
  let ofRules = false;
  return [...list.matchAll(/(rules? )?(\d+(?:\.\d+)*)/g)].map(([, rule, number = '']) => {
    ofRules ||= rule !== undefined;
    return ofRules && !number.includes('.') ? `0.${number}` : number;
  });
};

/** Comments wrap; their text is read as one line. */
const citedInCode = (file: string) =>
  [
    ...read(file)
      .replace(/\n\s*(?:\/\/|\*) ?/g, ' ')
      .matchAll(CITATION),
  ].flatMap(([, list = '']) => cited(list));

const citedByDialogue = (file: string): string[] => {
  const source: string = JSON.parse(read(file)).source;
  return source.replace(/^entra-client /, '').split(', ');
};

const dialogues = globSync('test/dialogues/*/*.json', { cwd: root });
const code = globSync('{bin,lambdas,lib,test}/**/*.ts', { cwd: root }).filter(
  (file) => citedInCode(file).length > 0,
);

const nowhere = (numbers: string[]) => numbers.filter((number) => !places.has(number));

describe('a source leads to a place in entra-client.md', () => {
  test.each(dialogues)('%s', (file) => {
    expect(nowhere(citedByDialogue(file))).toEqual([]);
  });

  test.each(code)('%s', (file) => {
    expect(nowhere(citedInCode(file))).toEqual([]);
  });
});

test('citations are read as they are written', () => {
  expect(cited('3.5, 4; rules 15, 26')).toEqual(['3.5', '4', '0.15', '0.26']);
  expect(cited('rule 22; 3.3 and 3.5')).toEqual(['0.22', '3.3', '3.5']);
  expect(cited('5.1 and section 0')).toEqual(['5.1', '0']);
});

test('no number stands for two places', () => {
  expect(numbered.filter((number, index) => numbered.indexOf(number) !== index)).toEqual([]);
});

test('every name in brackets is linked, and every link is used', () => {
  const [text = '', links = ''] = dossier.split('## Links');
  const names = new Set([...text.matchAll(/(?<!`)\[([A-Za-z][\w-]+)\]/g)].map(([, name]) => name));
  expect([...names].sort()).toEqual([...links.matchAll(/^\[(.+)\]: /gm)].map(([, name]) => name).sort());
});
