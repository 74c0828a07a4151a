// Operations × calls × faults, as Markdown.

import type { CallPlace } from './calls.ts';
import { placeName } from './calls.ts';
import { type Fault, faultName } from './faults.ts';
import type { Operation } from './operations.ts';
import type { Outcome, Verdict } from './trial.ts';

export interface Cell {
  readonly operation: Operation;
  readonly place: CallPlace;
  readonly fault: Fault;
  readonly verdict: Verdict;
}

const SIGNS: Readonly<Record<Outcome, string>> = { ok: 'ok', '503': '503', late: 'late', WRONG: '**WRONG**' };

/** One line for each operation and call, one column for each kind of fault: `once / lasting`. */
export const drawTable = (cells: readonly Cell[]): string => {
  const kinds = [...new Set(cells.map(({ fault }) => fault.kind))];
  const lines = Map.groupBy(cells, ({ operation, place }) => `${operation.name} | \`${placeName(place)}\``);
  const header = ['operation', 'call', ...kinds.map(({ name }) => name)];
  const rows = [...lines].map(([line, own]) => {
    const columns = kinds.map((kind) =>
      own
        .filter(({ fault }) => fault.kind === kind)
        .map(({ verdict }) => SIGNS[verdict.outcome])
        .join(' / '),
    );
    return `| ${line} | ${columns.join(' | ')} |`;
  });
  return [`| ${header.join(' | ')} |`, `|${header.map(() => ' --- |').join('')}`, ...rows].join('\n');
};

/** How many cells have each outcome, by operation. */
export const drawSummary = (cells: readonly Cell[]): string => {
  const outcomes: readonly Outcome[] = ['ok', '503', 'late', 'WRONG'];
  const byOperation = Map.groupBy(cells, ({ operation }) => operation.name);
  const lines = [...byOperation, ['all', cells] as const].map(([name, own]) => {
    const counts = outcomes.map((outcome) => own.filter(({ verdict }) => verdict.outcome === outcome).length);
    const calls = new Set(own.map(({ operation, place }) => `${operation.name} ${placeName(place)}`)).size;
    const slowest = Math.max(0, ...own.map(({ verdict }) => verdict.ms));
    return `| ${[name, calls, ...counts, `${(slowest / 1000).toFixed(1)} s`].join(' | ')} |`;
  });
  const header = ['operation', 'calls', ...outcomes, 'slowest'];
  return [`| ${header.join(' | ')} |`, `|${header.map(() => ' --- |').join('')}`, ...lines].join('\n');
};

/** What is wrong or late, a line each. */
export const describeCells = (cells: readonly Cell[]): string[] =>
  cells
    .filter(({ verdict }) => verdict.reasons.length > 0)
    .map(
      ({ operation, place, fault, verdict: { outcome, reasons, status, ms } }) =>
        `${outcome}\t${operation.name}\t${placeName(place)}\t${faultName(fault)}\t${status ?? '-'}\t${Math.round(ms)} ms\t${reasons.join('; ')}`,
    );
