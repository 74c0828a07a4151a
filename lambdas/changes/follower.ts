// A follower of the stream says which changes it wants, and acts on them. A batch may be delivered again, or end anywhere, so
// whatever a follower does may be done again.

import type { BatchContext } from './batch-context.ts';
import type { TableChange } from './table-change.ts';

/** How many memberships one invocation may still write or publish. */
export interface MembershipBudget {
  left: number;
}

/** A change that a follower could not act on, and that must be delivered again. */
export interface FailedChange {
  readonly change: TableChange;
  readonly error: unknown;
}

/** One thing that is done after writes. */
export interface Follower {
  readonly name: string;
  readonly wants: (change: TableChange) => boolean;
  /** Acts on the changes in their order; answers with those that are not done. */
  readonly follow: (
    changes: readonly TableChange[],
    context: BatchContext,
    allowance: MembershipBudget,
  ) => Promise<readonly FailedChange[]>;
}

/** Acts on one change after the other, whichever fail; answers with those. */
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
