// scim webhook rotate: a new signing secret, with the previous one beside it while the receiver changes over.

import { defineCommand, flag } from '../command/define-command.ts';
import { forReceiver, incarnationOf } from './webhook.ts';

export const rotateWebhookSecret = defineCommand({
  name: 'webhook rotate',
  args: ['<tenant>'],
  summary: 'Create a new signing secret; deliveries are signed with the previous one as well for a day',
  options: { force: flag('Rotate even within that day, and end the previous secret at once') },
  run: async ({ options }, id) => {
    const { rotateWebhookSecret: rotate } = await import('../../../lambdas/webhooks/webhooks.ts');
    const { secret, madeAt } = await rotate(await incarnationOf(id), options.force);
    const { SIGNING_GRACE_HOURS: hours } = await import('../../../lambdas/webhooks/signing-secrets.ts');
    return {
      json: { tenant: id, secret, madeAt, previousSignsForHours: hours },
      text: `${forReceiver(secret)}\nFor ${hours} hours messages are signed with the previous secret as well.`,
    };
  },
});
