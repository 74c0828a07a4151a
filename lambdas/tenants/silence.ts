// When a customer that stopped sending requests counts as silent. Nothing fails then, so only the clock can detect it.

import type { Activity } from './activity-table.ts';
import type { Closure } from './switches-table.ts';

/** Entra sends requests every 40 minutes, others once a day; this is two hours more. */
const MIN_SILENCE_MS = 26 * 60 * 60 * 1000;

const LONGEST_GAPS = 3;

/**
 * The last request of a tenant, if that was longer ago than three times its longest gap of the 14 days before, and than 26 h.
 * Otherwise undefined; also for a tenant that never sent a request, and for one that is closed, which is intended. `nowMs` in
 * milliseconds.
 */
export const silentSince = (
  { lastRequestAt, longestGapMs }: Pick<Activity, 'lastRequestAt' | 'longestGapMs'>,
  closure: Closure | undefined,
  nowMs: number,
): Date | undefined => {
  if (!lastRequestAt || closure) return undefined;
  const quietMs = nowMs - lastRequestAt.getTime();
  return quietMs > Math.max(MIN_SILENCE_MS, LONGEST_GAPS * longestGapMs) ? lastRequestAt : undefined;
};
