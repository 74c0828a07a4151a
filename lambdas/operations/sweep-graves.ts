// Erases what came late of tenants that were deleted lately, in three sweeps: by the first no request that was let in is still
// under way, by the second no function remembers their settings, and by the last the stream's own failures are in.

import { eraseSetAside } from '../changes/set-aside/set-aside.ts';
import { logError, logInfo } from '../platform/log.ts';
import { type Grave, noteSweeps, readGraves, removeGrave } from '../tenants/graves-table.ts';
import { partsOf } from '../tenants/tenant.ts';
import { eraseIncarnation } from './erase.ts';

const MINUTE_MS = 60 * 1000;

/** Requests take 28 seconds at most, and settings are remembered for 60. */
export const SWEPT_AFTER_MS = 3 * MINUTE_MS;

/** While the table falters, functions go on with settings that are up to eleven minutes old. */
export const SWEPT_AGAIN_AFTER_MS = 15 * MINUTE_MS;

/** What could not be followed for 20 hours Lambda puts into the bucket (lib/pipeline/change-pipeline.ts). */
export const REMOVED_AFTER_MS = 21 * 60 * MINUTE_MS;

const DUE_AFTER_MS = [SWEPT_AFTER_MS, SWEPT_AGAIN_AFTER_MS, REMOVED_AFTER_MS];
const LAST = DUE_AFTER_MS.length - 1;

/**
 * Sweeps the graves whose time has come. Answers with how many were swept and how many could not be, which are tried again
 * the next time. `now` in milliseconds.
 */
export const sweepGraves = async (
  now: number,
): Promise<{ readonly swept: number; readonly failed: number }> => {
  const due = (await readGraves()).filter(
    ({ deletedAtMs, sweeps }) => deletedAtMs + (DUE_AFTER_MS[sweeps] ?? 0) <= now,
  );
  let failed = 0;
  for (const grave of due) if (!(await sweep(grave))) failed += 1;
  return { swept: due.length - failed, failed };
};

const sweep = async ({ incarnation, types, sweeps }: Grave): Promise<boolean> => {
  let late = 0;
  try {
    if (sweeps < LAST) {
      await eraseIncarnation(incarnation, types, (resources) => {
        late += resources;
      });
      await noteSweeps(incarnation, sweeps + 1);
    } else {
      await eraseSetAside(incarnation);
      await removeGrave(incarnation);
    }
    logInfo('tenant swept', { ...partsOf(incarnation), late });
    return true;
  } catch (error) {
    logError('A deleted tenant could not be swept.', error, partsOf(incarnation));
    return false;
  }
};
