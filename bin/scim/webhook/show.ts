// scim webhook show: where events are delivered, and whether the receiver accepts them.

import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { fields, moment } from '../command/answer.ts';
import { defineCommand } from '../command/define-command.ts';
import { activeIncarnation } from './shared.ts';

export const showWebhook = defineCommand({
  name: 'webhook show',
  args: ['<tenant>'],
  summary: 'Show where events are delivered, and whether the receiver accepts them',
  run: async (_, id) => {
    const { readWebhookState } = await import('../../../lambdas/webhooks/webhooks.ts');
    const { url, events, trouble } = await readWebhookState(await activeIncarnation(id));
    return {
      json: { tenant: id, url, events: events ?? null, trouble: trouble ?? null },
      text: fields([
        ['Address', url],
        ['Events', events?.join(', ') ?? 'all'],
        ['State', trouble ? (trouble.retryAt ? 'failing' : 'disabled') : 'nothing waiting'],
        ['Since', trouble && `${moment(trouble.since)}; last attempt: ${trouble.answer}`],
        [
          'Waiting',
          trouble && `${trouble.waiting} ${trouble.waiting === 1 ? 'event' : 'events'}, kept for a week`,
        ],
        ['Next attempt', trouble && nextAttempt(id, trouble.retryAt)],
      ]),
    };
  },
});

const nextAttempt = (id: TenantId, retryAt: Date | undefined): string =>
  retryAt ? moment(retryAt) : `once it is fixed and you run \`npm run scim -- webhook enable ${id}\``;
