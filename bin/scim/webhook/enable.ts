// scim webhook enable: deliveries start again after the receiver was fixed.

import { defineCommand } from '../command/define-command.ts';
import { incarnationOf } from './webhook.ts';

export const enableWebhook = defineCommand({
  name: 'webhook enable',
  args: ['<tenant>'],
  summary: 'Deliver the waiting events, once the receiver works again',
  run: async (_, id) => {
    const { enableWebhook: enable } = await import('../../../lambdas/webhooks/webhooks.ts');
    const enabled = await enable(await incarnationOf(id));
    return {
      json: { tenant: id, enabled },
      text: enabled
        ? `The waiting events of ${id} are delivered within a minute or two, oldest first.`
        : `Nothing to do: the webhook of ${id} accepts everything.`,
    };
  },
});
