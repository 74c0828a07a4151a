// When to stop retrying a change.

import { isErrorOfAws } from '../platform/aws-errors.ts';
import { logError } from '../platform/log.ts';
import { noteFailing } from './failing-table.ts';
import type { TableChange } from './table-change.ts';

/** How long our own code may fail on a record before it is set aside: time for a deployment that fixes it. */
const PATIENCE_MS = 10 * 60 * 1000;

/** Records the failure; true when our own code has been failing on the change for ten minutes. AWS errors never count. */
export const hasFailedTooLong = async (change: TableChange, errors: readonly unknown[]): Promise<boolean> => {
  if (errors.some(isErrorOfAws)) return false;
  const now = Date.now();
  try {
    return now - (await noteFailing(change, now)) >= PATIENCE_MS;
  } catch (error) {
    logError('The failure of a change could not be recorded.', error, { changeId: change.changeId });
    return false;
  }
};
