// Operator commands on the webhook of a tenant: set, show, enable, rotate its secret.

import { readGenerations, type SecretGeneration } from '../credentials/deployment-secret.ts';
import { eventTypes } from '../events/event.ts';
import { type Incarnation, tenantOf } from '../tenants/tenant.ts';
import { BarredAddress, checkResolved } from './addresses.ts';
import { countBacklog, eraseBacklog } from './backlog-table.ts';
import { generationsAt } from './endpoint.ts';
import { noWebhook, WebhookError } from './errors.ts';
import { findRetry, makeRetryDue } from './retries-table.ts';
import { SIGNING_GRACE_HOURS, signingSecret } from './signing-secrets.ts';
import {
  findWebhook,
  incrementGeneration,
  putWebhook,
  type StoredWebhook,
  type Webhook,
} from './webhooks-table.ts';

/** The secret with which a receiver verifies signatures. */
interface SigningSecret {
  /** `whsec_…` */
  readonly secret: string;
  readonly madeAt: Date;
}

/** A webhook, and whether it works. */
interface WebhookState extends Webhook {
  /** Undefined when it accepts everything. */
  readonly trouble: WebhookTrouble | undefined;
}

interface WebhookTrouble {
  /** Since when it accepted nothing. */
  readonly since: Date;
  /** The last refusal: `HTTP 503`, `no answer within 15 s`. */
  readonly answer: string;
  /** Undefined when it is disabled. */
  readonly retryAt: Date | undefined;
  /** Events in the backlog. */
  readonly waiting: number;
}

/**
 * Sets or replaces the webhook, and returns its signing secret; replacing keeps the secret. Its backlog is posted within
 * a minute or two. Throws a `WebhookError` for an invalid URL or event type, and a `TokenError` when there is no deployment
 * secret to sign with. `allowLoopback` also accepts http:// on this machine.
 */
export const setWebhook = async (
  tenant: Incarnation,
  { url, events }: Webhook,
  allowLoopback: boolean,
): Promise<SigningSecret> => {
  await checkUrl(url, allowLoopback);
  for (const type of events ?? []) checkEventType(type);
  // A delivery in flight may have added to the backlog of a webhook that was deleted.
  if (!(await findWebhook(tenant))) await eraseBacklog(tenant);
  const [deploymentSecret] = await readGenerations();
  await putWebhook(tenant, { url, events }, Date.now());
  await retryNow(tenant);
  return secretOf(tenant, await readWebhook(tenant), deploymentSecret);
};

/** The webhook and its state; throws a `WebhookError` when there is none. */
export const readWebhookState = async (tenant: Incarnation): Promise<WebhookState> => {
  const webhook = await readWebhook(tenant);
  const [retry, waiting] = await Promise.all([findRetry(tenant), countBacklog(tenant)]);
  if (!retry || (!retry.suspended && waiting === 0)) return { ...webhook, trouble: undefined };
  const { sinceMs, answer, retryAtMs } = retry;
  const retryAt = retryAtMs === undefined ? undefined : new Date(retryAtMs);
  return { ...webhook, trouble: { since: new Date(sinceMs), answer, retryAt, waiting } };
};

/** The signing secret; throws a `WebhookError` when there is no webhook. */
export const readWebhookSecret = async (tenant: Incarnation): Promise<SigningSecret> => {
  const webhook = await readWebhook(tenant);
  const [deploymentSecret] = await readGenerations();
  return secretOf(tenant, webhook, deploymentSecret);
};

/**
 * Rotates the signing secret; the previous one signs as well for a day, in which another rotation takes `force`. Throws a
 * `WebhookError` when there is no webhook, or within that day.
 */
export const rotateWebhookSecret = async (tenant: Incarnation, force = false): Promise<SigningSecret> => {
  const [deploymentSecret] = await readGenerations();
  for (;;) {
    const webhook = await readWebhook(tenant);
    const now = Date.now();
    if (!force && generationsAt(webhook, now).length > 1) throw insideGrace(tenant);
    const signing = await incrementGeneration(tenant, webhook.signing, now);
    if (signing) return secretOf(tenant, { signing }, deploymentSecret);
    // Somebody else rotated it at the same moment.
  }
};

const insideGrace = (tenant: Incarnation) =>
  new WebhookError(
    `The signing secret of "${tenantOf(tenant)}" was rotated less than ${SIGNING_GRACE_HOURS} hours ago, and the previous one still signs: ` +
      'another rotation would end that. `--force` rotates it anyway.',
  );

/** As new as the newer of the two values from which it is derived. */
const secretOf = (
  tenant: Incarnation,
  { signing: { generation, madeAtMs } }: Pick<StoredWebhook, 'signing'>,
  { value, madeAt }: SecretGeneration,
): SigningSecret => ({
  secret: signingSecret(value, tenant, generation),
  madeAt: new Date(Math.max(madeAtMs, madeAt.getTime())),
});

/**
 * Resumes delivery, starting with the backlog; false when there is nothing to retry. Throws a `WebhookError` when there is
 * no webhook.
 */
export const enableWebhook = async (tenant: Incarnation): Promise<boolean> => {
  await readWebhook(tenant);
  return retryNow(tenant);
};

const readWebhook = async (tenant: Incarnation): Promise<StoredWebhook> => {
  const webhook = await findWebhook(tenant);
  if (webhook) return webhook;
  throw noWebhook(tenant);
};

const retryNow = (tenant: Incarnation): Promise<boolean> => makeRetryDue(tenant, Date.now());

const MAX_URL_LENGTH = 2048;

/** HTTPS to a public address only; plain HTTP is for this machine, in local development. */
const checkUrl = async (text: string, allowLoopback: boolean): Promise<void> => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const isFit = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback && allowLoopback);
  if (!url || !isFit)
    throw new WebhookError(`A webhook needs a URL that begins with https://, not "${text}".`);
  if (url.username || url.password) {
    throw new WebhookError(
      'The URL of a webhook must not contain a user name and password: messages are signed instead.',
    );
  }
  if (text.length > MAX_URL_LENGTH) {
    throw new WebhookError(`The URL of a webhook has at most ${MAX_URL_LENGTH} characters.`);
  }
  try {
    await checkResolved(url, allowLoopback);
  } catch (error) {
    if (!(error instanceof BarredAddress)) throw error;
    throw new WebhookError(`A webhook cannot have the address "${text}". ${error.message}`);
  }
};

/**
 * A tenant has no webhook yet when it is created, and none any more when it is deleted: these two are only on the bus. A test
 * is posted to every webhook.
 */
const notChosen: readonly string[] = ['tenant.created', 'tenant.deleted', 'tenant.webhook.test'];
const postedTypes = eventTypes.filter((type) => !notChosen.includes(type));

const checkEventType = (type: string): void => {
  if (postedTypes.some((posted) => posted === type)) return;
  throw new WebhookError(`"${type}" is not an event type of webhooks; these are: ${postedTypes.join(', ')}.`);
};
