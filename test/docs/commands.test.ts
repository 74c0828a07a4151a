// docs/commands.md describes the operator's commands and options as they are defined.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type CommandOption, flagsOf } from '../../bin/scim/command/define-command.ts';
import { globalOptions } from '../../bin/scim/command-line.ts';
import { commands, documentedCommands, groupSummaries } from '../../bin/scim/commands.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/commands.md'), 'utf8');

/** The rows of the table below a heading, without its header. */
const rowsUnder = (heading: string): string[] =>
  (page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);

const rowOf = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;

test('every command has its row, in the order of the help', () => {
  expect(documentedCommands.length).toBeGreaterThan(25);
  expect(rowsUnder('Commands')).toEqual(
    documentedCommands.map(({ usage, options, summary }) =>
      rowOf(
        `\`${usage}\``,
        options.map((each) => `\`${each.flags}\`: ${each.summary}`).join('<br>'),
        summary,
      ),
    ),
  );
});

test('every option of the command line has its row', () => {
  const rows = Object.entries(globalOptions).map(([name, option]: [string, CommandOption<unknown>]) =>
    rowOf(`\`${flagsOf(name, option)}\``, option.summary),
  );
  expect(rowsUnder('Options of every command')).toEqual(rows);
});

test('no command is listed twice, and the first word of two is a group', () => {
  const names = commands.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const groups = names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]);
  expect([...new Set(groups)]).toEqual(Object.keys(groupSummaries));
});
