// All that there is of a tenant's webhook, taken away for an operator.

import { eraseBacklog } from '../store/webhook-backlog.ts';
import { removeRetry } from '../store/webhook-retries.ts';
import { removeWebhook } from '../store/webhooks.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** Takes the webhook away, with what waits for it. Repeatable, also for a tenant without one. */
export const eraseWebhook = async (tenant: Incarnation): Promise<void> => {
  await removeWebhook(tenant);
  await eraseBacklog(tenant);
  await removeRetry(tenant);
};
