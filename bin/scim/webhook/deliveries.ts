// scim webhook deliveries: what the receiver accepted, what waits, what was dropped, and why.

import { moment, table } from '../command/answer.ts';
import { defineCommand, option } from '../command/define-command.ts';
import { wholeNumber } from '../command/option-values.ts';
import { UsageError } from '../errors/operator-error.ts';
import { activeIncarnation } from './shared.ts';

/** The default of `--limit`. */
const NEWEST = 20;

export const listDeliveries = defineCommand({
  name: 'webhook deliveries',
  args: ['<tenant>'],
  summary: 'List recent deliveries and waiting events with their status and cause, oldest first',
  options: {
    limit: option<number>('<number>', 'The newest, at most this many (default: 20)', { parse: wholeNumber }),
  },
  run: async ({ options: { limit = NEWEST } }, id) => {
    if (limit === 0) throw new UsageError('--limit must be at least 1.');
    const { listDeliveries: list } = await import('../../../lambdas/webhooks/deliveries.ts');
    const deliveries = await list(await activeIncarnation(id), limit);
    const rows = deliveries.map(({ at, id: event, type, status, answer }) => [
      moment(at),
      event,
      type,
      status,
      answer,
    ]);
    return {
      json: deliveries,
      text:
        rows.length > 0
          ? table([['Time', 'Event', 'Type', 'Status', 'Answer'], ...rows])
          : `Nothing was delivered to the webhook of ${id} in the last week.`,
    };
  },
});
