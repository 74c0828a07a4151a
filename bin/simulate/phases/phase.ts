// A phase of the simulation: a part of Entra's work with its own line in the table.

import type { Cycle } from '../cycle.ts';
import type { DialectName } from '../dialect.ts';

/** One of the phases that a run goes through, in order. */
export interface Phase {
  /** As in the table of results. */
  readonly name: string;
  /** Only in this dialect. Default: both. */
  readonly only?: DialectName;
  readonly run: (cycle: Cycle) => Promise<void>;
}

/** Every n-th element of a list, from `offset` on. */
export const everyNth = <T>(list: readonly T[], n: number, offset = 0): T[] =>
  list.filter((_, index) => index % n === offset % n);
