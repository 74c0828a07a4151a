// Entries of the provisioning log as a table.

import type { Ids, LogEntry, Names } from '../../../lambdas/log/entry.ts';
import { printable } from '../../shared/printable.ts';
import type { Terminal } from '../command/context.ts';

/** The header of the columns of `row`. */
export const HEADER = ['TIME (UTC)', 'OPERATION', 'OUTCOME', 'RESOURCE', 'REQUEST', 'KEY', 'WHAT'];

const WIDTHS = [19, 9, 18, 36, 36, 8, 0];

/** Enough characters of a key id to tell it from the tenant's other ones. */
const SHORT_KEY = 8;

/** A row with fixed column widths, for rows that are printed one by one. */
export const columns = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join('  ')
    .trimEnd();

/** The cells of an entry, safe to print; the time is in UTC, to the second. */
export const row = (entry: LogEntry): string[] =>
  [
    new Date(entry.at).toISOString().slice(0, 19).replace('T', ' '),
    entry.operation,
    [entry.status, entry.scimType].filter(Boolean).join(' '),
    entry.type === undefined
      ? (entry.path ?? '')
      : [entry.type, entry.name ?? entry.id].filter(Boolean).join(' '),
    entry.requestId,
    entry.keyId.slice(0, SHORT_KEY),
    what(entry),
  ].map(printable);

const INDENT = '    ';

/** An entry over several lines of at most `width` characters, for a terminal that is too narrow for a row. */
export const block = (entry: LogEntry, width: number): string => {
  const [time = '', operation, outcome, resource, request, key, why = ''] = row(entry);
  return [
    ...wrap(`${time}  ${operation}  ${outcome}  ${resource}`, width),
    ...(why === '' ? [] : wrap(why, width - INDENT.length).map((line) => INDENT + line)),
    ...wrap(`request ${request}${key ? `  key ${key}` : ''}`, width - INDENT.length).map(
      (line) => INDENT + line,
    ),
  ].join('\n');
};

/** Broken at spaces, and inside of a word only where that is longer than a line. */
const wrap = (text: string, width: number): string[] => {
  const lines = [''];
  for (const word of text.split(' ')) {
    for (const piece of word.match(new RegExp(`.{1,${Math.max(width, 20)}}`, 'gu')) ?? ['']) {
      const line = lines.at(-1) ?? '';
      if (line === '') lines[lines.length - 1] = piece;
      else if (line.length + 1 + piece.length <= width) lines[lines.length - 1] = `${line} ${piece}`;
      else lines.push(piece);
    }
  }
  return lines;
};

/** The width that a row of the table takes without its last column. */
const ROW_WIDTH = WIDTHS.reduce((sum, width) => sum + width + 2, 0);

/** The width of a terminal that is too narrow for rows; undefined for any other, and for a file or a pipe. */
export const narrowWidth = ({ isTTY, columns: width = 80 }: Terminal['stdout']): number | undefined =>
  isTTY && width < ROW_WIDTH + 20 ? width : undefined;

const what = ({
  detail,
  attributes = [],
  moreAttributes,
  previousName,
  sameName,
  undeclared,
  leftOut,
  added,
  removed,
}: LogEntry): string =>
  [
    detail,
    attributes.map(withoutUrn).join(', '),
    moreAttributes && `and ${moreAttributes} more`,
    previousName !== undefined && `was ${previousName}`,
    names('same name as group', sameName),
    names('undeclared', undeclared),
    names('left out', leftOut),
    members('+', added),
    members('-', removed),
  ]
    .filter(Boolean)
    .join('; ');

const withoutUrn = (attribute: string) => attribute.slice(attribute.lastIndexOf(':') + 1);

/** `left out displyName, shoeSize and 3 more`. */
const names = (what: string, list: Names | undefined) =>
  list &&
  `${what} ${list.names.join(', ')}${list.count > list.names.length ? ` and ${list.count - list.names.length} more` : ''}`;

const members = (sign: string, ids: Ids | undefined) =>
  ids && `${sign}${ids.count} ${ids.count === 1 ? 'member' : 'members'}`;
