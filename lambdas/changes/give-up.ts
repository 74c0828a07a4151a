// When to stop retrying a change.

import { isErrorOfAws } from '../platform/aws-errors.ts';
import { now } from '../platform/clock.ts';
import { logError } from '../platform/log.ts';
import { noteFailing } from './failing-table.ts';
import type { TableChange } from './table-change.ts';

/** How long our own code may fail on a record before it is set aside: time for a deployment that fixes it. */
const PATIENCE_MS = 10 * 60 * 1000;

/**
 * Records that the change failed: `giveUp` when our own code has been failing on it for ten minutes. An error of AWS does not
 * count. Never rejects.
 */
export const recordFailure = async (
  change: TableChange,
  errors: readonly unknown[],
): Promise<'retry' | 'giveUp'> => {
  if (errors.some(isErrorOfAws)) return 'retry';
  const nowMs = now();
  try {
    return nowMs - (await noteFailing(change, nowMs)) >= PATIENCE_MS ? 'giveUp' : 'retry';
  } catch (error) {
    logError('The failure of a change could not be recorded.', error, { changeId: change.changeId });
    return 'retry';
  }
};
