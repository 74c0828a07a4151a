// The hourly schedule calls this: customers that have stopped asking are counted, and the product is told of each once.

import * as v from 'valibot';
import { watchSilence } from '../operations/silence-watch.ts';
import { readEnvironment } from '../platform/environment.ts';
import { putMetric } from '../platform/metrics.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

/** What the bus does not take is sent by the next hour. */
export const handler = async (): Promise<void> => {
  putMetric(namespace, 'SilentTenants', await watchSilence(new Date()));
  putMetric(namespace, 'WatchHeartbeat', 1);
};
