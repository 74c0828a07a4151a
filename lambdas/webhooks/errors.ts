// Why a webhook cannot be set or used.

import { type Incarnation, tenantOf } from '../tenants/tenant.ts';

/** One sentence for the operator. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

/** The tenant has none. */
export const noWebhook = (tenant: Incarnation): WebhookError =>
  new WebhookError(
    `Tenant "${tenantOf(tenant)}" has no webhook; \`npm run scim -- webhook set ${tenantOf(tenant)} https://…\` sets one.`,
  );
