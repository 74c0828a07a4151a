// Entries of the provisioning log as a table. Names and details come from outside, so control characters, which could steer the
// terminal, are replaced.

import type { Ids, LogEntry } from '../../../lambdas/log/entry.ts';

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

const what = ({ detail, attributes = [], moreAttributes, previousName, added, removed }: LogEntry): string =>
  [
    detail,
    attributes.map(withoutUrn).join(', '),
    moreAttributes && `and ${moreAttributes} more`,
    previousName !== undefined && `was ${previousName}`,
    members('+', added),
    members('-', removed),
  ]
    .filter(Boolean)
    .join('; ');

const withoutUrn = (attribute: string) => attribute.slice(attribute.lastIndexOf(':') + 1);

const members = (sign: string, ids: Ids | undefined) =>
  ids && `${sign}${ids.count} ${ids.count === 1 ? 'member' : 'members'}`;

const printable = (text: string) => text.replace(/\p{Cc}|\p{Bidi_Control}/gu, '�');
