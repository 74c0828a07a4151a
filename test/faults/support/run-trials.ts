// All trials: those that need the clock or the whole store by themselves, the others many at a time. What seems wrong is tried
// once more by itself: the time limits are those of AWS, and a busy machine exceeds them without any fault.

import pMap from 'p-map';
import { type CallPlace, placeName } from './calls.ts';
import { type Fault, faultName, faultsOf } from './faults.ts';
import type { Operation } from './operations.ts';
import type { Cell } from './table.ts';
import { type Course, record, type Surroundings, tryFault } from './trial.ts';

/** Most of a trial is waiting. */
const PARALLEL_TRIALS = 24;

const TOLD_EVERY = 100;

/** More that seem wrong than this are no hiccups, and none is tried again. */
const MAX_RETRIED = 40;

/** Of calls that a request makes many times: the first, the second and the last. */
const sample = (places: readonly CallPlace[]): readonly CallPlace[] =>
  places.filter(
    ({ label, nth }) => nth <= 2 || nth === places.filter((other) => other.label === label).length,
  );

interface Planned {
  readonly operation: Operation;
  readonly course: Course;
  readonly place: CallPlace;
  readonly fault: Fault;
}

const isAlone = ({ operation, fault }: Planned): boolean =>
  operation.afterMs !== undefined || operation.isCold === true || fault.kind.refusesConnections === true;

export interface Choice {
  readonly short: boolean;
  /** Only what has this in `operation · call · fault`. */
  readonly only: string | undefined;
}

const nameOf = ({ operation, place, fault }: Planned): string =>
  `${operation.name} · ${placeName(place)} · ${faultName(fault)}`;

/** Tries every fault at every call of the operations. */
export const runTrials = async (
  around: Surroundings,
  operations: readonly Operation[],
  { short, only }: Choice,
): Promise<Cell[]> => {
  const planned: Planned[] = [];
  for (const operation of operations.filter((one) => one.short || !short)) {
    const course = await record(around, operation);
    for (const place of sample(course.places)) {
      for (const fault of faultsOf(place.label, short)) planned.push({ operation, course, place, fault });
    }
  }
  const chosen = planned.filter((one) => only === undefined || nameOf(one).includes(only));
  const cells = new Map<Planned, Cell>();
  const run = async (one: Planned) => {
    const { operation, course, place, fault } = one;
    const verdict = await tryFault(around, operation, course, { place, fault }).catch((error: unknown) => ({
      outcome: 'WRONG' as const,
      reasons: [`the trial fails: ${error instanceof Error ? error.message : String(error)}`],
      status: undefined,
      ms: 0,
    }));
    cells.set(one, { operation, place, fault, verdict });
    if (cells.size % TOLD_EVERY === 0) process.stderr.write(`${cells.size} of ${chosen.length}\n`);
  };
  await pMap(
    chosen.filter((one) => !isAlone(one)),
    run,
    { concurrency: PARALLEL_TRIALS },
  );
  for (const one of chosen.filter(isAlone)) await run(one);
  const doubtful = chosen.filter((one) => cells.get(one)?.verdict.outcome === 'WRONG');
  if (doubtful.length > 0) process.stderr.write(`${doubtful.length} seem wrong\n`);
  if (doubtful.length <= MAX_RETRIED) for (const one of doubtful) await run(one);
  return chosen.flatMap((one) => cells.get(one) ?? []);
};
