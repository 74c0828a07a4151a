// Erases late writes of deleted tenants, in three sweeps: by the first, no request is in flight any more; by the second, no
// function has their settings cached; by the last, Lambda has discarded the stream records that kept failing.

import { eraseSetAside } from '../changes/set-aside/set-aside.ts';
import { logError, logInfo } from '../platform/log.ts';
import { partsOf } from '../platform/tenant.ts';
import { type Grave, noteSweeps, readGraves, removeGrave } from '../tenants/graves-table.ts';
import { eraseIncarnation } from './erase.ts';

const MINUTE_MS = 60 * 1000;

/** Requests take at most 28 seconds, and settings are cached for 60. */
export const SWEPT_AFTER_MS = 3 * MINUTE_MS;

/** While the table is failing, functions use cached settings up to eleven minutes old. */
export const SWEPT_AGAIN_AFTER_MS = 15 * MINUTE_MS;

/** Lambda moves records that failed for 20 hours into the bucket (lib/pipeline/change-pipeline.ts). */
export const REMOVED_AFTER_MS = 21 * 60 * MINUTE_MS;

const DUE_AFTER_MS = [SWEPT_AFTER_MS, SWEPT_AGAIN_AFTER_MS, REMOVED_AFTER_MS];
const LAST = DUE_AFTER_MS.length - 1;

/** Sweeps the graves that are due; those that fail are due again next time. `nowMs` in milliseconds. */
export const sweepGraves = async (
  nowMs: number,
): Promise<{ readonly swept: number; readonly failed: number }> => {
  const due = (await readGraves()).filter(
    ({ deletedAtMs, sweeps }) => deletedAtMs + (DUE_AFTER_MS[sweeps] ?? 0) <= nowMs,
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
