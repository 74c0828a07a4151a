// Scheduled every minute: erases what was written for deleted tenants after their deletion.

import * as v from 'valibot';
import { sweepGraves } from '../operations/sweep-graves.ts';
import { now } from '../platform/clock.ts';
import { readEnvironment } from '../platform/environment.ts';
import { putMetric } from '../platform/metrics.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

/** Rejects when a tenant could not be swept, so that the error is counted; the next run tries again. */
export const handler = async (): Promise<void> => {
  const { failed } = await sweepGraves(now());
  putMetric(namespace, 'SweepHeartbeat', 1);
  if (failed > 0) throw new Error(`${failed} deleted tenants could not be swept.`);
};
