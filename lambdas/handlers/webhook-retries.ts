// A schedule calls this every minute: what webhooks did not take is posted again.

import * as v from 'valibot';
import { retryWebhooks } from '../directory/webhook-retries.ts';
import { readEnvironment } from '../platform/environment.ts';
import { putMetric } from '../platform/metrics.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

export const handler = async (): Promise<void> => {
  const { disabled } = await retryWebhooks(Date.now());
  if (disabled > 0) putMetric(namespace, 'WebhooksDisabled', disabled);
};
