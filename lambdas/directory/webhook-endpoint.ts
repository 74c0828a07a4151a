// The endpoint of a tenant's webhook, ready to be posted to.

import type { BusinessEvent } from '../events/event.ts';
import { webhookMessage } from '../events/webhook-message.ts';
import { type Outcome, post } from '../events/webhook-post.ts';
import { keptCache } from '../platform/kept-cache.ts';
import { findWebhook, type Webhook } from '../store/webhooks.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { readSigningSecrets } from '../tokens/signing-secrets.ts';

export interface WebhookEndpoint {
  readonly wants: (event: BusinessEvent) => boolean;
  /** Never rejects for what the endpoint does. */
  readonly send: (event: BusinessEvent) => Promise<Outcome>;
}

const signingSecretsOf = keptCache('The signing secrets of a webhook', (tenant: Incarnation) =>
  readSigningSecrets(tenant, Date.now()),
);

/** The endpoint as it is set; undefined for a tenant without a webhook. One read unit. */
export const endpointOf = async (tenant: Incarnation): Promise<WebhookEndpoint | undefined> => {
  const webhook = await findWebhook(tenant);
  return webhook && { wants: wantedBy(webhook), send: (event) => send(tenant, webhook, event) };
};

const wantedBy =
  ({ events }: Webhook) =>
  ({ type }: BusinessEvent): boolean =>
    events === undefined || events.includes(type);

const send = async (tenant: Incarnation, { url }: Webhook, event: BusinessEvent): Promise<Outcome> => {
  const secrets = await signingSecretsOf.get(tenant);
  // Deleted by hand: an unsigned message would only teach the receiver to accept those.
  if (secrets.length === 0) {
    return { taken: false, answer: 'not sent: the signing secret is gone', isDown: true };
  }
  return post(url, webhookMessage(event, secrets, Date.now()));
};
