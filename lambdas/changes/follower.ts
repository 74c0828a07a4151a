// A follower of the stream filters the changes it wants and acts on them. A batch may be delivered again, or be interrupted
// anywhere, so everything a follower does is idempotent.

import type { BatchContext } from './batch-context.ts';
import type { TableChange } from './table-change.ts';

/** How many more memberships this invocation may write or publish. */
export interface MembershipBudget {
  left: number;
}

/** A change that a follower failed on and that must be delivered again. */
export interface FailedChange {
  readonly change: TableChange;
  readonly error: unknown;
}

/** One kind of work done after writes. */
export interface Follower {
  /** As it appears in the log. */
  readonly name: string;
  readonly wants: (change: TableChange) => boolean;
  /** Acts on the changes in order; answers with those that failed. */
  readonly follow: (
    changes: readonly TableChange[],
    context: BatchContext,
    budget: MembershipBudget,
  ) => Promise<readonly FailedChange[]>;
}

/** Runs `act` on one change after the other, and carries on after failures; answers with the changes that failed. */
export const oneByOne = async (
  changes: readonly TableChange[],
  act: (change: TableChange) => Promise<void>,
): Promise<readonly FailedChange[]> => {
  const failed: FailedChange[] = [];
  for (const change of changes) {
    try {
      await act(change);
    } catch (error) {
      failed.push({ change, error });
    }
  }
  return failed;
};
