// Deletes a tenant's webhook for an operator.

import type { Incarnation } from '../tenants/tenant.ts';
import { eraseBacklog } from './backlog-table.ts';
import { eraseDeliveries } from './deliveries-table.ts';
import { removeRetry } from './retries-table.ts';
import { removeWebhook } from './webhooks-table.ts';

/** Deletes the webhook with its backlog and the list of its deliveries. Idempotent, also for a tenant without one. */
export const eraseWebhook = async (tenant: Incarnation): Promise<void> => {
  await removeWebhook(tenant);
  await eraseBacklog(tenant);
  await eraseDeliveries(tenant);
  await removeRetry(tenant);
};
