// scim webhook test: whether the receiver accepts a message, without waiting for a change.

import { defineCommand } from '../command/define-command.ts';
import { activeIncarnation } from './shared.ts';

export const testWebhook = defineCommand({
  name: 'webhook test',
  args: ['<tenant>'],
  summary: 'Deliver a test event from this machine, and print how the receiver answers',
  run: async (_, id) => {
    const { testWebhook: test } = await import('../../../lambdas/webhooks/deliveries.ts');
    const { id: event, taken: accepted, answer } = await test(await activeIncarnation(id));
    return {
      json: { tenant: id, event, accepted, answer },
      text: `The receiver of ${id} ${accepted ? 'accepted' : 'did not accept'} the test event ${event}: ${answer}.`,
      ...(!accepted && { exitCode: 1 as const }),
    };
  },
});
