// A schedule calls this every minute: what came late of tenants that were deleted is erased.

import { sweepGraves } from '../operations/sweep-graves.ts';

/** Rejects when a tenant could not be swept, so that the failure is counted; the next minute tries again. */
export const handler = async (): Promise<void> => {
  const { failed } = await sweepGraves(Date.now());
  if (failed > 0) throw new Error(`${failed} deleted tenants could not be swept.`);
};
