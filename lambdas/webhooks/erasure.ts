// All that there is of a tenant's webhook, taken away for an operator.

import type { Incarnation } from '../tenants/tenant.ts';
import { eraseBacklog } from './backlog-table.ts';
import { removeRetry } from './retries-table.ts';
import { removeWebhook } from './webhooks-table.ts';

/** Takes the webhook away, with what waits for it. Repeatable, also for a tenant without one. */
export const eraseWebhook = async (tenant: Incarnation): Promise<void> => {
  await removeWebhook(tenant);
  await eraseBacklog(tenant);
  await removeRetry(tenant);
};
