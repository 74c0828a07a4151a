// What happened in each phase: how many requests, how fast, and every deviation from what Entra expects.

import type { Exchange } from './client.ts';
import type { Breach } from './expectations.ts';

interface Deviation extends Breach {
  readonly exchange: Exchange | undefined;
}

/** What happened in one phase. */
export class PhaseRecord {
  readonly name: string;
  /** One per request, in the order of the answers. */
  readonly durationsMs: number[] = [];
  readonly deviations: Deviation[] = [];
  readonly #failed = new Set<Exchange | undefined>();

  constructor(name: string) {
    this.name = name;
  }

  request(exchange: Exchange): void {
    this.durationsMs.push(exchange.durationMs);
  }

  deviation(rule: string, observed: string, exchange?: Exchange): void {
    this.deviations.push({ rule, observed, exchange });
    this.#failed.add(exchange);
  }

  /** Requests whose answer, or what it shows of earlier writes, was wrong. */
  get failures(): number {
    return this.#failed.size;
  }
}

/** What happened in a run. */
export class Report {
  readonly phases: PhaseRecord[] = [];

  /** Adds the record of a phase that starts. */
  begin(name: string): PhaseRecord {
    const phase = new PhaseRecord(name);
    this.phases.push(phase);
    return phase;
  }

  /** Of all phases. */
  get deviations(): number {
    return this.phases.reduce((sum, { deviations }) => sum + deviations.length, 0);
  }
}

const percentile = (sorted: readonly number[], share: number): string =>
  sorted.length === 0 ? '-' : (sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(1);

const row = (name: string, requests: number, failures: number, durationsMs: readonly number[]): string[] => {
  const sorted = durationsMs.toSorted((left, right) => left - right);
  return [name, String(requests), String(failures), percentile(sorted, 0.5), percentile(sorted, 0.95)];
};

/** The table of phases, times in milliseconds. */
export const table = ({ phases }: Report): string => {
  const rows = [
    ['phase', 'requests', 'failures', 'p50 ms', 'p95 ms'],
    ...phases.map(({ name, durationsMs, failures }) => row(name, durationsMs.length, failures, durationsMs)),
  ];
  const all = phases.flatMap(({ durationsMs }) => durationsMs);
  const failures = phases.reduce((sum, phase) => sum + phase.failures, 0);
  rows.push(row('all', all.length, failures, all));
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const pad = (cell: string, width: number, column: number): string =>
  column === 0 ? cell.padEnd(width) : cell.padStart(width);

const SHOWN = 3;
const BODY_CHARACTERS = 700;
const cut = (text: string): string =>
  text.length > BODY_CHARACTERS ? `${text.slice(0, BODY_CHARACTERS)}… (${text.length} characters)` : text;

const example = ({ observed, exchange }: Deviation): string => {
  const lines = [`  got ${cut(observed)}`];
  if (exchange) {
    const { method, url, sent, status, text, failure } = exchange;
    lines.push(`    ${method} ${url}`);
    if (sent) lines.push(`    > ${cut(sent)}`);
    lines.push(`    < ${failure ?? `${status} ${cut(text)}`}`);
  }
  return lines.join('\n');
};

/** Every deviation with its request and answer; the same one is shown three times and counted. */
export const deviationTexts = ({ phases }: Report): string[] =>
  phases.flatMap(({ name, deviations }) =>
    [...Map.groupBy(deviations, ({ rule }) => rule)].map(([rule, same]) => {
      const shown = same.slice(0, SHOWN).map(example);
      const more = same.length > SHOWN ? [`  … ${same.length - SHOWN} more`] : [];
      return [
        `✗ ${name}: ${rule}${same.length > 1 ? ` (${same.length} times)` : ''}`,
        ...shown,
        ...more,
      ].join('\n');
    }),
  );
