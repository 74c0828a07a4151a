// The daily schedule calls this: previous tokens end, and those that are still used are reported before.

import * as v from 'valibot';
import { retirePreviousTokens } from '../credentials/token-retirement.ts';
import { readEnvironment } from '../platform/environment.ts';
import { putMetric } from '../platform/metrics.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

/** Rejects when a tenant could not be looked at, so that Lambda calls it again; the others are done by then. */
export const handler = async (): Promise<void> => {
  const { stillUsed, failed } = await retirePreviousTokens(new Date());
  putMetric(namespace, 'PreviousTokenStillUsed', stillUsed);
  putMetric(namespace, 'RetirementHeartbeat', 1);
  if (failed > 0) throw new Error(`The previous tokens of ${failed} tenants could not be looked at.`);
};
