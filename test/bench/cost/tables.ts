// The tables of `npm run bench`, as Markdown.

import type { Figure } from '../statistics.ts';
import type { AgainstRow } from './against.ts';
import type { LocalRunFigures } from './local-run.ts';
import type { Cost } from './measure.ts';

const ratio = ({ median, spread }: Figure): string => `${median.toFixed(2)} ± ${(spread * 50).toFixed(0)} %`;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [row(head), row(head.map((_, column) => (column === 0 ? '---' : '--:'))), ...rows.map(row)].join('\n');

export const drawCosts = (costs: readonly Cost[]): string =>
  table(
    ['operation', 'calls', 'units', 'handler ms', 'bare ms', 'ratio', 'target'],
    costs.map((cost) => [
      cost.name,
      cost.calls,
      cost.units,
      cost.handlerMs.median.toFixed(2),
      cost.bareMs.median.toFixed(2),
      ratio(cost.ratio),
      cost.target,
    ]),
  );

export const drawAgainst = (rows: readonly AgainstRow[]): string =>
  table(
    ['handlers alone', 'ms a request', 'the other checkout', 'ratio'],
    rows.map(({ cycle, oursMs, theirsMs, ratio: toTheirs }) => [
      cycle,
      oursMs.median.toFixed(2),
      theirsMs.median.toFixed(2),
      ratio(toTheirs),
    ]),
  );

export const drawLocalRuns = (runs: readonly LocalRunFigures[]): string =>
  table(
    ['local run', 'requests/s', 'CPU ms a request', 'p50 ms', 'p95 ms', 'p99 ms', 'memory MB'],
    runs.flatMap(({ loads, memoryMb }, index) =>
      loads.map(({ phase, requestsPerSecond, cpuMs, p50Ms, p95Ms, p99Ms }, place) => [
        index === 0 ? phase : `${phase}, the other checkout`,
        requestsPerSecond.toFixed(0),
        cpuMs.toFixed(2),
        p50Ms.toFixed(1),
        p95Ms.toFixed(1),
        p99Ms.toFixed(1),
        place === loads.length - 1 ? (memoryMb?.toFixed(0) ?? '') : '',
      ]),
    ),
  );
