// scim webhook set | show | secret | rotate | enable | delete: where the events of a tenant are posted.

import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { type Answer, fields, moment } from '../command/answer.ts';
import type { Context } from '../command/context.ts';

const loadWebhooks = () => import('../../../lambdas/webhooks/webhooks.ts');
/** A webhook belongs to an active tenant. */
const incarnationOf = async (id: TenantId) =>
  (await (await import('../../../lambdas/tenants/read-tenant.ts')).readActiveTenant(id)).incarnation;

const loadSigning = () => import('../../../lambdas/webhooks/signing-secrets.ts');

const forReceiver = (secret: string): string =>
  `${fields([['Signing secret', secret]])}\n\n` +
  'Give it to whoever receives the events: any library of standardwebhooks.com checks their signatures with it.';

export const setWebhook = async (
  { deployment, options }: Context,
  id: TenantId,
  url: string,
): Promise<Answer> => {
  const { secret } = await (await loadWebhooks()).setWebhook(
    await incarnationOf(id),
    { url, events: options.events },
    deployment.isLocal,
  );
  return {
    json: { tenant: id, url, events: options.events ?? null, secret },
    text: [
      `From now on ${url} gets ${options.events?.join(', ') ?? 'every event'} of ${id}.`,
      forReceiver(secret),
    ].join('\n\n'),
  };
};

export const showWebhook = async (_: Context, id: TenantId): Promise<Answer> => {
  const { url, events, trouble } = await (await loadWebhooks()).readWebhookState(await incarnationOf(id));
  return {
    json: { tenant: id, url, events: events ?? null, trouble: trouble ?? null },
    text: fields([
      ['Address', url],
      ['Events', events?.join(', ') ?? 'all'],
      [
        'State',
        trouble ? (trouble.retryAt ? 'does not take everything' : 'switched off') : 'takes everything',
      ],
      ['Since', trouble && `${moment(trouble.since)}; its last answer was: ${trouble.answer}`],
      ['Waiting', trouble && `${trouble.waiting} events, which are kept for a week`],
      ['Next attempt', trouble && nextAttempt(id, trouble.retryAt)],
    ]),
  };
};

const nextAttempt = (id: TenantId, retryAt: Date | undefined): string =>
  retryAt ? moment(retryAt) : `once it is fixed and you run \`npm run scim -- webhook enable ${id}\``;

export const showWebhookSecret = async (_: Context, id: TenantId): Promise<Answer> => {
  const { secret, madeAt } = await (await loadWebhooks()).readWebhookSecret(await incarnationOf(id));
  return { json: { tenant: id, secret, madeAt }, text: forReceiver(secret) };
};

export const rotateWebhookSecret = async ({ options }: Context, id: TenantId): Promise<Answer> => {
  const { secret, madeAt } = await (await loadWebhooks()).rotateWebhookSecret(
    await incarnationOf(id),
    options.force,
  );
  const { SIGNING_GRACE_HOURS: hours } = await loadSigning();
  return {
    json: { tenant: id, secret, madeAt, previousSignsForHours: hours },
    text: `${forReceiver(secret)}\nFor ${hours} hours messages are signed with the secret before as well.`,
  };
};

export const enableWebhook = async (_: Context, id: TenantId): Promise<Answer> => {
  const enabled = await (await loadWebhooks()).enableWebhook(await incarnationOf(id));
  return {
    json: { tenant: id, enabled },
    text: enabled
      ? `What waits for the webhook of ${id} is posted within a minute or two, the oldest first.`
      : `Nothing to do: the webhook of ${id} takes everything.`,
  };
};

export const deleteWebhook = async (_: Context, id: TenantId): Promise<Answer> => {
  const { eraseWebhook } = await import('../../../lambdas/webhooks/erasure.ts');
  await eraseWebhook(await incarnationOf(id));
  return {
    json: { tenant: id, deleted: true },
    text: `Nothing of ${id} is posted any more. Its events are still on the bus.`,
  };
};
