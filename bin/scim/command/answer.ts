// What a command prints: text for a person and JSON for a script.

import { printable } from '../../shared/printable.ts';

/** The result of a command; `text` is printed unless `--json` was given. */
export interface Answer {
  /** One or more lines, without the final line break. */
  readonly text: string;
  readonly json: unknown;
  /** 1 when the command succeeded but what it found is bad. Default: 0. */
  readonly exitCode?: 1;
}

/** Names and values in two columns; lines without a value are left out. */
export const fields = (
  lines: readonly (readonly [name: string, value: string | number | undefined])[],
): string => {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name.padEnd(width)}  ${printable(String(value))}`)
    .join('\n');
};

/** Rows under a header, each column as wide as its widest cell. */
export const table = (given: readonly (readonly string[])[]): string => {
  const rows = given.map((row) => row.map(printable));
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widthOf(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** `2026-11-21 23:40 UTC`. */
export const moment = (date: Date | string): string =>
  `${new Date(date).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
