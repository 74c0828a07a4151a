// The endpoint of a tenant's webhook, ready to be posted to.

import type { BusinessEvent } from '../events/event.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { webhookMessage } from './message.ts';
import { type PostResult, post } from './post.ts';
import { knownForSigning, SIGNING_GRACE_HOURS, signingSecrets } from './signing-secrets.ts';
import { findWebhook, type StoredWebhook, type Webhook } from './webhooks-table.ts';

const HOUR_MS = 60 * 60 * 1000;

export interface WebhookEndpoint {
  readonly wants: (event: BusinessEvent) => boolean;
  /** Whether there is something to sign with; otherwise nothing is posted. */
  readonly canSign: boolean;
  /** Never rejects for what the endpoint does. */
  readonly send: (event: BusinessEvent) => Promise<PostResult>;
}

/** The endpoint as it is set; undefined for a tenant without a webhook. One read unit. */
export const endpointOf = async (tenant: Incarnation): Promise<WebhookEndpoint | undefined> => {
  const webhook = await findWebhook(tenant);
  if (!webhook) return undefined;
  const deploymentSecrets = await knownForSigning();
  const secrets = deploymentSecrets
    ? signingSecrets(deploymentSecrets, tenant, generationsAt(webhook, Date.now()))
    : [];
  return {
    wants: wantedBy(webhook),
    canSign: secrets.length > 0,
    send: (event) => send(webhook, secrets, event),
  };
};

/** The generations whose secrets sign at this time, the current one first. */
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
