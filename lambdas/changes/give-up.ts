// When a change is no longer repeated.

import { isErrorOfAws } from '../platform/aws-errors.ts';
import { logError } from '../platform/log.ts';
import { noteFailing } from './failing-table.ts';
import type { TableChange } from './table-change.ts';

/** How long our own code may fail at a record before it is set aside: a deployment that fixes it may come until then. */
const PATIENCE_MS = 10 * 60 * 1000;

/** Whether our own code has failed at the change for ten minutes, and AWS has no part in it. Notes the failure. */
export const hasFailedTooLong = async (change: TableChange, errors: readonly unknown[]): Promise<boolean> => {
  if (errors.some(isErrorOfAws)) return false;
  const now = Date.now();
  try {
    return now - (await noteFailing(change, now)) >= PATIENCE_MS;
  } catch (error) {
    logError('It cannot be noted that a change fails.', error, { changeId: change.changeId });
    return false;
  }
};
