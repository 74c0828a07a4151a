// scim webhook redeliver: one event again, for a receiver that lost it.

import { defineCommand } from '../command/define-command.ts';
import { activeIncarnation } from './shared.ts';

export const redeliver = defineCommand({
  name: 'webhook redeliver',
  args: ['<tenant>', '<event>'],
  summary: 'Deliver one event of the list again, from this machine, with the same id',
  run: async (_, id, event) => {
    const { redeliver: deliver } = await import('../../../lambdas/webhooks/deliveries.ts');
    const { taken: accepted, answer } = await deliver(await activeIncarnation(id), event);
    return {
      json: { tenant: id, event, accepted, answer },
      text: `The receiver of ${id} ${accepted ? 'accepted' : 'did not accept'} the event ${event}: ${answer}.`,
      ...(!accepted && { exitCode: 1 as const }),
    };
  },
});
