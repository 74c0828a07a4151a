// The endpoint of a tenant's webhook, with everything needed to post to it.

import type { BusinessEvent } from '../events/event.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { webhookMessage } from './message.ts';
import { type PostResult, post } from './post.ts';
import { generationsForSigning, SIGNING_GRACE_HOURS, signingSecrets } from './signing-secrets.ts';
import { findWebhook, type StoredWebhook, type Webhook } from './webhooks-table.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Where to post events, and which. */
export interface WebhookEndpoint {
  /** Whether the webhook is set for events of this type. */
  readonly wants: (event: BusinessEvent) => boolean;
  /** Whether the signing secrets are known; otherwise nothing is posted. */
  readonly canSign: boolean;
  /** Signs and posts the event. Never rejects because of the endpoint. */
  readonly send: (event: BusinessEvent) => Promise<PostResult>;
}

/** The endpoint; undefined for a tenant without a webhook. One read unit. */
export const endpointOf = async (tenant: Incarnation): Promise<WebhookEndpoint | undefined> => {
  const webhook = await findWebhook(tenant);
  if (!webhook) return undefined;
  const deploymentSecrets = await generationsForSigning(webhook.signing.madeAtMs);
  const secrets = deploymentSecrets
    ? signingSecrets(deploymentSecrets, tenant, generationsAt(webhook, Date.now()))
    : [];
  return {
    wants: wantedBy(webhook),
    canSign: secrets.length > 0,
    send: (event) => send(webhook, secrets, event),
  };
};

/** The generations whose secrets sign at `now` (milliseconds), the current one first. */
export const generationsAt = (
  { signing: { generation, madeAtMs, isRotated } }: StoredWebhook,
  now: number,
): readonly number[] => {
  const isInGrace = isRotated && madeAtMs + SIGNING_GRACE_HOURS * HOUR_MS > now;
  return isInGrace ? [generation, generation - 1] : [generation];
};

const wantedBy =
  ({ events }: Webhook) =>
  ({ type }: BusinessEvent): boolean =>
    events === undefined || events.includes(type);

const send = async (
  { url }: Webhook,
  secrets: readonly string[],
  event: BusinessEvent,
): Promise<PostResult> => {
  // An unsigned message would only teach the receiver to accept those.
  if (secrets.length === 0) {
    return { taken: false, answer: 'not sent: the secret of the deployment cannot be read', isDown: true };
  }
  return post(url, webhookMessage(event, secrets, Date.now()));
};
