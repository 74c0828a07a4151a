// Who follows the stream: each follower says which changes it wants, and does what follows from them. Records repeat and may
// be cut off anywhere, so whatever a follower does may be done again.

import type { BatchContext } from './batch-context.ts';
import type { TableChange } from './table-change.ts';

/** How many memberships one invocation may still write or publish. */
export interface Allowance {
  left: number;
}

/** A change that is not followed and must be delivered again. */
export interface Undone {
  readonly change: TableChange;
  readonly error: unknown;
}

export interface Follower {
  readonly name: string;
  readonly wants: (change: TableChange) => boolean;
  /** Follows the changes in their order. */
  readonly follow: (
    changes: readonly TableChange[],
    context: BatchContext,
    allowance: Allowance,
  ) => Promise<readonly Undone[]>;
}

/** Acts on one change after the other, whichever fail; answers with those. */
export const eachAlone = async (
  changes: readonly TableChange[],
  act: (change: TableChange) => Promise<void>,
): Promise<readonly Undone[]> => {
  const failed: Undone[] = [];
  for (const change of changes) {
    try {
      await act(change);
    } catch (error) {
      failed.push({ change, error });
    }
  }
  return failed;
};
