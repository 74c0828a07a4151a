// Scheduled every hour: counts the customers that have stopped sending requests, and publishes an event for each once.

import * as v from 'valibot';
import { watchSilence } from '../operations/silence-watch.ts';
import { now } from '../platform/clock.ts';
import { readEnvironment } from '../platform/environment.ts';
import { putMetric } from '../platform/metrics.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

/** Events that the bus does not accept are published in the next hour. */
export const handler = async (): Promise<void> => {
  putMetric(namespace, 'SilentTenants', await watchSilence(now()));
  putMetric(namespace, 'WatchHeartbeat', 1);
};
