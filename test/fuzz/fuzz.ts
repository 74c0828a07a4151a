// A run: cases by seed, some worlds at a time, and what they found, one finding for each root cause.

import { makeCase } from './mutations/mutate.ts';
import { type Case, type Fault, hearFailures, play } from './play.ts';
import { randomOf } from './random.ts';
import { curlOf, type FuzzRequest } from './request.ts';
import { shrink } from './shrink.ts';
import type { World } from './world.ts';

export interface Settings {
  readonly seed: number;
  readonly cases: number;
  /** The number of the first case; default: 0. */
  readonly from?: number;
  readonly corpus: readonly (readonly FuzzRequest[])[];
  /** A fresh world. */
  readonly open: () => Promise<World>;
  /** Worlds at a time. */
  readonly lanes: number;
  /** Of so many cases one is looked at closely. */
  readonly deepEvery: number;
  /** Ends the run when this fault is found. */
  readonly stopAt?: string;
  /** Hears of each fault when it is first found. */
  readonly onFault?: (fault: Fault, first: Case) => void;
  /** Hears how many cases are done, of each world. */
  readonly onProgress?: (done: number) => void;
}

export interface Finding {
  readonly fault: Fault;
  readonly first: Case;
  /** How many cases failed so. */
  readonly times: number;
}

/** What comes after a world's worth of cases begins anew: lists stay short, and what one case breaks does not last. */
const CASES_OF_A_WORLD = 200;

/** A run that breaks everything tells no more by going on. */
const MAX_FINDINGS = 60;

export const caseOf = ({ seed, corpus, deepEvery }: Settings, number: number): Case => {
  const random = randomOf(seed, number);
  return { number, request: makeCase(random, corpus), isDeep: random.below(deepEvery) === 0 };
};

/** What cannot be judged is told too, and the run goes on. */
const ofFuzzer = ({ name, message, stack = '' }: Error): Fault => ({
  name: `not judged: ${name} ${/test\/\S+:\d+/.exec(stack)?.[0] ?? ''}`,
  shown: message,
});

/** All findings of a run, by the name of their fault. */
export const fuzz = async (settings: Settings): Promise<Finding[]> => {
  hearFailures();
  const findings = new Map<string, Finding>();
  const worlds = Math.ceil(settings.cases / CASES_OF_A_WORLD);
  const { from = 0 } = settings;
  let next = 0;
  const isDone = () =>
    findings.size >= MAX_FINDINGS || (settings.stopAt !== undefined && findings.has(settings.stopAt));
  const runLane = async () => {
    while (next < worlds && !isDone()) {
      const start = from + next++ * CASES_OF_A_WORLD;
      const end = Math.min(start + CASES_OF_A_WORLD, from + settings.cases);
      let world = await settings.open();
      for (let number = start; number < end && !isDone(); number++) {
        const first = caseOf(settings, number);
        const fault = await play(world, first).catch(ofFuzzer);
        if (!fault) continue;
        const known = findings.get(fault.name);
        if (!known) settings.onFault?.(fault, first);
        findings.set(fault.name, { fault, first: known?.first ?? first, times: (known?.times ?? 0) + 1 });
        // What has failed may have left anything.
        if (!known) world = await settings.open();
      }
      settings.onProgress?.(end - start);
    }
  };
  await Promise.all(Array.from({ length: settings.lanes }, runLane));
  return [...findings.values()];
};

/** A finding as its reader needs it: the smallest request that fails so, or the whole one where it fails only after others. */
export const report = async (settings: Settings, { fault, first, times }: Finding): Promise<string> => {
  let world = await settings.open();
  let tries = 0;
  let last = fault;
  const failsAlone = async (request: FuzzRequest): Promise<boolean> => {
    const again = await play(world, {
      ...first,
      number: first.number + ++tries,
      request,
      isDeep: true,
    }).catch(ofFuzzer);
    // A smaller request must not fail by what the one before has left.
    if (again) world = await settings.open();
    if (again?.name !== fault.name) return false;
    last = again;
    return true;
  };
  const isAlone = await failsAlone(first.request);
  const smallest = isAlone ? await shrink(first.request, failsAlone) : first.request;
  const how = isAlone
    ? ''
    : ` (only after the cases before it, from ${first.number - (first.number % CASES_OF_A_WORLD)} on)`;
  return [
    `${fault.name}: ${times} of ${settings.cases} cases`,
    `  seed ${settings.seed}, case ${first.number}${how}`,
    `  ${curlOf(smallest)}`,
    `  answered ${last.shown}`,
  ].join('\n');
};
