// Scheduled every minute: retries events that webhooks did not accept, and writes the stream's canary.

import * as v from 'valibot';
import { writeCanary } from '../changes/canary-table.ts';
import { readEnvironment } from '../platform/environment.ts';
import { putMetric } from '../platform/metrics.ts';
import { retryWebhooks } from '../webhooks/retries.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

/** Puts the metrics of each round as it ends, so that a timeout does not lose those of the others. */
export const handler = async (): Promise<void> => {
  const now = Date.now();
  const { suspended, backlog, oldestSeconds } = await retryWebhooks(now, ({ disabled, givenUp }) => {
    if (disabled + givenUp > 0) putMetric(namespace, 'WebhookGivenUp', disabled + givenUp);
  });
  putMetric(namespace, 'WebhooksSuspended', suspended);
  if (backlog > 0) putMetric(namespace, 'WebhookBacklog', backlog);
  if (oldestSeconds > 0) putMetric(namespace, 'WebhookBacklogAge', oldestSeconds);
  putMetric(namespace, 'RetriesHeartbeat', 1);
  await writeCanary(now);
};
