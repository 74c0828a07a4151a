// scim webhook show: where events are delivered, and whether the receiver accepts them.

import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { fields, moment } from '../command/answer.ts';
import { defineCommand } from '../command/define-command.ts';
import { incarnationOf } from './webhook.ts';

export const showWebhook = defineCommand({
  name: 'webhook show',
  args: ['<tenant>'],
  summary: 'Show where events are delivered, and whether the receiver accepts them',
  run: async (_, id) => {
    const { readWebhookState } = await import('../../../lambdas/webhooks/webhooks.ts');
    const { url, events, trouble } = await readWebhookState(await incarnationOf(id));
    return {
      json: { tenant: id, url, events: events ?? null, trouble: trouble ?? null },
      text: fields([
        ['Address', url],
        ['Events', events?.join(', ') ?? 'all'],
        ['State', trouble ? (trouble.retryAt ? 'failing' : 'switched off') : 'accepts everything'],
        ['Since', trouble && `${moment(trouble.since)}; its last answer was: ${trouble.answer}`],
        ['Waiting', trouble && `${trouble.waiting} events, which are kept for a week`],
        ['Next attempt', trouble && nextAttempt(id, trouble.retryAt)],
      ]),
    };
  },
});

const nextAttempt = (id: TenantId, retryAt: Date | undefined): string =>
  retryAt ? moment(retryAt) : `once it is fixed and you run \`npm run scim -- webhook enable ${id}\``;
