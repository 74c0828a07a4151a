// Erases what came late of tenants that were deleted a few minutes ago. By now no request that was let in is still under way
// and no function remembers their settings, so nothing comes back.

import { logError, logInfo } from '../platform/log.ts';
import { type Grave, noteSwept, readGraves, removeGrave } from '../tenants/graves-table.ts';
import { partsOf } from '../tenants/tenant.ts';
import { eraseIncarnation } from './erase.ts';

/** Requests take 28 seconds at most, and settings are remembered for 60. */
export const SWEPT_AFTER_MS = 3 * 60 * 1000;

/** While the table falters, functions go on with settings that are up to eleven minutes old. */
export const REMOVED_AFTER_MS = 15 * 60 * 1000;

/**
 * Sweeps the graves whose time has come. Answers with how many were swept and how many could not be, which are tried again
 * the next time. `now` in milliseconds.
 */
export const sweepGraves = async (
  now: number,
): Promise<{ readonly swept: number; readonly failed: number }> => {
  const due = (await readGraves()).filter(
    ({ deletedAtMs, isSwept }) => deletedAtMs + (isSwept ? REMOVED_AFTER_MS : SWEPT_AFTER_MS) <= now,
  );
  let failed = 0;
  for (const grave of due) if (!(await sweep(grave))) failed += 1;
  return { swept: due.length - failed, failed };
};

const sweep = async ({ incarnation, types, isSwept }: Grave): Promise<boolean> => {
  let late = 0;
  try {
    await eraseIncarnation(incarnation, types, (resources) => {
      late += resources;
    });
    await (isSwept ? removeGrave : noteSwept)(incarnation);
    logInfo('tenant swept', { ...partsOf(incarnation), late });
    return true;
  } catch (error) {
    logError('A deleted tenant could not be swept.', error, partsOf(incarnation));
    return false;
  }
};
