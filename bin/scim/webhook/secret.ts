// scim webhook secret: prints the secret that deliveries are signed with.

import { defineCommand } from '../command/define-command.ts';
import { forReceiver, incarnationOf } from './webhook.ts';

export const showWebhookSecret = defineCommand({
  name: 'webhook secret',
  args: ['<tenant>'],
  summary: 'Print the signing secret',
  run: async (_, id) => {
    const { readWebhookSecret } = await import('../../../lambdas/webhooks/webhooks.ts');
    const { secret, madeAt } = await readWebhookSecret(await incarnationOf(id));
    return { json: { tenant: id, secret, madeAt }, text: forReceiver(secret) };
  },
});
