// scim webhook delete: nothing is delivered any more.

import { confirm, yes } from '../command/confirm.ts';
import { defineCommand } from '../command/define-command.ts';
import { activeIncarnation } from './shared.ts';

export const deleteWebhook = defineCommand({
  name: 'webhook delete',
  args: ['<tenant>'],
  summary: 'Stop delivering events, and discard those that wait',
  options: { yes },
  run: async (context, id) => {
    const { eraseWebhook } = await import('../../../lambdas/webhooks/erasure.ts');
    const incarnation = await activeIncarnation(id);
    const what = `Events of ${id} on ${context.deployment.name} that wait for delivery will be discarded, and the signing secret ends.`;
    await confirm(id, what, context);
    await eraseWebhook(incarnation);
    return {
      json: { tenant: id, deleted: true },
      text: `Events of ${id} are no longer delivered. They are still published on the bus.`,
    };
  },
});
