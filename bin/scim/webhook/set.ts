// scim webhook set: events are delivered to an address from now on.

import { defineCommand, option } from '../command/define-command.ts';
import { list } from '../command/option-values.ts';
import { forReceiver, incarnationOf } from './webhook.ts';

export const setWebhook = defineCommand({
  name: 'webhook set',
  args: ['<tenant>', '<address>'],
  summary: 'Deliver events to this address from now on, and print the signing secret',
  options: {
    events: option<readonly string[]>(
      '<types>',
      'Only these event types, separated by commas (default: all)',
      {
        parse: list,
      },
    ),
  },
  run: async ({ deployment, options }, id, url) => {
    const webhooks = await import('../../../lambdas/webhooks/webhooks.ts');
    const { secret } = await webhooks.setWebhook(
      await incarnationOf(id),
      { url, events: options.events },
      deployment.isLocal,
    );
    return {
      json: { tenant: id, url, events: options.events ?? null, secret },
      text: [
        `From now on ${url} receives ${options.events?.join(', ') ?? 'every event'} of ${id}.`,
        forReceiver(secret),
      ].join('\n\n'),
    };
  },
});
