// A schedule calls this every minute: what webhooks did not take is posted again.

import * as v from 'valibot';
import { retryWebhooks } from '../directory/webhook-retries.ts';
import { readEnvironment } from '../platform/environment.ts';
import { putMetric } from '../platform/metrics.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

export const handler = (): Promise<void> =>
  retryWebhooks(Date.now(), ({ disabled, givenUp }) => {
    if (disabled + givenUp > 0) putMetric(namespace, 'WebhookGivenUp', disabled + givenUp);
  });
