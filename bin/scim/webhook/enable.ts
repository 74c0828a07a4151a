// scim webhook enable: deliveries start again after the receiver was fixed.

import { defineCommand } from '../command/define-command.ts';
import { activeIncarnation } from './shared.ts';

export const enableWebhook = defineCommand({
  name: 'webhook enable',
  args: ['<tenant>'],
  summary: 'Deliver the waiting events, once the receiver works again',
  run: async (_, id) => {
    const { enableWebhook: enable } = await import('../../../lambdas/webhooks/webhooks.ts');
    const enabled = await enable(await activeIncarnation(id));
    return {
      json: { tenant: id, enabled },
      text: enabled
        ? `The waiting events of ${id} are delivered within a minute or two, oldest first.`
        : `Nothing to do: the webhook of ${id} has nothing waiting.`,
    };
  },
});
