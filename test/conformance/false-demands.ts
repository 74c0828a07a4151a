// The failures that are the suites' mistakes, each with the clause of the RFC that it contradicts. Nothing else may fail.

import type { Check } from './suite.ts';

export interface FalseDemand {
  readonly suite: string;
  readonly test: string;
  /** What the suite says when it fails: any other failure of the test is not excused. */
  readonly failure: string;
  readonly clause: string;
  readonly reason: string;
}

export interface Verdict {
  readonly passed: number;
  readonly excused: number;
  readonly failed: readonly Check[];
  /** Listed, but no longer demanded, or fulfilled. */
  readonly outdated: readonly FalseDemand[];
}

/** What `checks` of a suite come to, given the demands listed for it. */
export const judge = (checks: readonly Check[], demands: readonly FalseDemand[]): Verdict => {
  const excuse = ({ name, failure }: Check) =>
    demands.find((demand) => demand.test === name && demand.failure === failure);
  const failing = checks.filter(({ failure }) => failure !== undefined);
  const failed = failing.filter((check) => !excuse(check));
  const met = new Set(failing.map(excuse));
  return {
    passed: checks.length - failing.length,
    excused: failing.length - failed.length,
    failed,
    outdated: demands.filter((demand) => !met.has(demand)),
  };
};
