// The webhook of a tenant, as operators set it, look at it and take it away.

import { readGenerations, type SecretGeneration } from '../credentials/deployment-secret.ts';
import { eventTypes } from '../events/event.ts';
import { type Incarnation, tenantOf } from '../tenants/tenant.ts';
import { countWaiting, eraseBacklog } from './backlog-table.ts';
import { generationsAt } from './endpoint.ts';
import { findRetry, replaceRetry } from './retries-table.ts';
import { SIGNING_GRACE_HOURS, signingSecret } from './signing-secrets.ts';
import { countUp, findWebhook, putWebhook, type StoredWebhook, type Webhook } from './webhooks-table.ts';

/** Why a webhook cannot be set or used: one sentence for an operator. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

export interface SigningSecret {
  /** `whsec_…` */
  readonly secret: string;
  readonly madeAt: Date;
}

export interface WebhookState extends Webhook {
  /** Undefined when it takes everything. */
  readonly trouble: WebhookTrouble | undefined;
}

export interface WebhookTrouble {
  /** Since when it took nothing. */
  readonly since: Date;
  readonly answer: string;
  /** Undefined when it is switched off. */
  readonly retryAt: Date | undefined;
  readonly waiting: number;
}

/**
 * Sets the webhook, in the place of an earlier one, and answers with its signing secret, which stays that of the earlier
 * one; what waits for it is posted within a minute or two. Throws a `WebhookError` for what cannot be one, and a `TokenError`
 * when the deployment has no secret to sign with.
 */
export const setWebhook = async (
  tenant: Incarnation,
  { url, events }: Webhook,
  allowLoopback: boolean,
): Promise<SigningSecret> => {
  checkUrl(url, allowLoopback);
  for (const type of events ?? []) checkEventType(type);
  // Of an earlier webhook, for which an event was still on its way when it was deleted.
  if (!(await findWebhook(tenant))) await eraseBacklog(tenant);
  const [deploymentSecret] = await readGenerations();
  await putWebhook(tenant, { url, events }, Date.now());
  await tryAgain(tenant);
  return secretOf(tenant, await readWebhook(tenant), deploymentSecret);
};

/** The webhook and how it is; throws a `WebhookError` when there is none. */
export const readWebhookState = async (tenant: Incarnation): Promise<WebhookState> => {
  const webhook = await readWebhook(tenant);
  const [retry, waiting] = await Promise.all([findRetry(tenant), countWaiting(tenant)]);
  if (!retry || (!retry.suspended && waiting === 0)) return { ...webhook, trouble: undefined };
  const { sinceMs, answer, retryAtMs } = retry;
  const retryAt = retryAtMs === undefined ? undefined : new Date(retryAtMs);
  return { ...webhook, trouble: { since: new Date(sinceMs), answer, retryAt, waiting } };
};

/** The secret that the receiver checks signatures with; throws a `WebhookError` when there is no webhook. */
export const readWebhookSecret = async (tenant: Incarnation): Promise<SigningSecret> => {
  const webhook = await readWebhook(tenant);
  const [deploymentSecret] = await readGenerations();
  return secretOf(tenant, webhook, deploymentSecret);
};

/** Makes a new signing secret; the one before signs as well for a day, in which only `force` makes another. */
export const rotateWebhookSecret = async (tenant: Incarnation, force = false): Promise<SigningSecret> => {
  const [deploymentSecret] = await readGenerations();
  for (;;) {
    const webhook = await readWebhook(tenant);
    const now = Date.now();
    if (!force && generationsAt(webhook, now).length > 1) throw insideGrace(tenant);
    const signing = await countUp(tenant, webhook.signing, now);
    if (signing) return secretOf(tenant, { signing }, deploymentSecret);
    // Somebody else has rotated it at the same moment.
  }
};

const insideGrace = (tenant: Incarnation) =>
  new WebhookError(
    `The signing secret of "${tenantOf(tenant)}" was made less than ${SIGNING_GRACE_HOURS} hours ago, and the one before still signs: ` +
      'a rotation now would end that. `--force` does it all the same.',
  );

/** It is as new as the newer of what it comes from. */
const secretOf = (
  tenant: Incarnation,
  { signing: { generation, madeAtMs } }: Pick<StoredWebhook, 'signing'>,
  { value, madeAt }: SecretGeneration,
): SigningSecret => ({
  secret: signingSecret(value, tenant, generation),
  madeAt: new Date(Math.max(madeAtMs, madeAt.getTime())),
});

/** Has what waits posted from now on; false when nothing is suspended or switched off. */
export const enableWebhook = async (tenant: Incarnation): Promise<boolean> => {
  await readWebhook(tenant);
  return tryAgain(tenant);
};

const readWebhook = async (tenant: Incarnation): Promise<StoredWebhook> => {
  const webhook = await findWebhook(tenant);
  if (webhook) return webhook;
  throw new WebhookError(
    `Tenant "${tenantOf(tenant)}" has no webhook; \`npm run scim -- webhook set ${tenantOf(tenant)} https://…\` gives it one.`,
  );
};

const tryAgain = async (tenant: Incarnation): Promise<boolean> => {
  const retry = await findRetry(tenant);
  const now = Date.now();
  return retry ? replaceRetry({ ...retry, sinceMs: now, failures: 0, retryAtMs: now }) : false;
};

const LONGEST_URL = 2048;

/** Only HTTPS, or what runs on the operator's own machine may read what it is told. */
const checkUrl = (text: string, allowLoopback: boolean): void => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const isFit = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback && allowLoopback);
  if (!isFit) throw new WebhookError(`A webhook needs an address that begins with https://, not "${text}".`);
  if (url.username || url.password) {
    throw new WebhookError(
      'A webhook has no user name and password in its address: its messages are signed.',
    );
  }
  if (text.length > LONGEST_URL) {
    throw new WebhookError(`The address of a webhook has ${LONGEST_URL} characters at most.`);
  }
};

/** At its beginning a tenant has no webhook yet, and at its end none any more: these two are on the bus alone. */
const postedTypes = eventTypes.filter((type) => type !== 'tenant.created' && type !== 'tenant.deleted');

const checkEventType = (type: string): void => {
  if (postedTypes.some((posted) => posted === type)) return;
  throw new WebhookError(`A webhook gets no event "${type}"; it can get ${postedTypes.join(', ')}.`);
};
