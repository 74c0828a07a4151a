// scim webhook delete: nothing is delivered any more.

import { defineCommand } from '../command/define-command.ts';
import { incarnationOf } from './webhook.ts';

export const deleteWebhook = defineCommand({
  name: 'webhook delete',
  args: ['<tenant>'],
  summary: 'Stop delivering events, and discard those that wait',
  run: async (_, id) => {
    const { eraseWebhook } = await import('../../../lambdas/webhooks/erasure.ts');
    await eraseWebhook(await incarnationOf(id));
    return {
      json: { tenant: id, deleted: true },
      text: `Events of ${id} are no longer delivered. They are still published on the bus.`,
    };
  },
});
