// One fact about a deployed stack, to be seen there.

import type { Target, TestTenant } from '../target.ts';

export interface Check {
  readonly name: string;
  /** Why an emulator cannot show it; undefined for what every stack must show. */
  readonly onlyOnAws?: string;
  /** Whether it takes minutes. */
  readonly isPatient?: true;
  /** Answers with what was seen; throws when that is wrong. */
  readonly see: (target: Target, tenant: TestTenant) => Promise<string>;
}

/** Throws a sentence unless `condition` holds. */
export const demand = (condition: boolean, what: string): void => {
  if (!condition) throw new Error(what);
};
