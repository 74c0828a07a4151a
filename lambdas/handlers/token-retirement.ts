// Scheduled every day: retires previous tokens after their grace period, and reports those still in use before.

import * as v from 'valibot';
import { retirePreviousTokens } from '../credentials/token-retirement.ts';
import { now } from '../platform/clock.ts';
import { readEnvironment } from '../platform/environment.ts';
import { putMetric } from '../platform/metrics.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

/** Rejects when a tenant failed, so that Lambda retries; the others are done by then. */
export const handler = async (): Promise<void> => {
  const { stillUsed, failed } = await retirePreviousTokens(now());
  putMetric(namespace, 'PreviousTokenStillUsed', stillUsed);
  putMetric(namespace, 'RetirementHeartbeat', 1);
  if (failed > 0) throw new Error(`The previous tokens of ${failed} tenants could not be checked.`);
};
