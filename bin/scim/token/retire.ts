// scim token retire: ends the grace period of the previous token.

import { defineCommand } from '../command/define-command.ts';
import { noteEnded } from './end-tokens.ts';
import { gatewayFlush } from './gateway-flush.ts';
import { publishTokenEvents } from './publish-token-events.ts';

export const retireToken = defineCommand({
  name: 'token retire',
  args: ['<tenant>'],
  summary: 'End the previous token at once',
  run: async (context, id) => {
    const { readTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { readPreviousKeyId, retireToken: retire } = await import(
      '../../../lambdas/credentials/rotation.ts'
    );
    const { incarnation } = await readTenant(id);
    const flush = gatewayFlush(context);
    await noteEnded(incarnation, [await readPreviousKeyId(incarnation)]);
    const retiredKeyId = await retire(incarnation);
    const unflushed = await flush(`The previous token of ${id} is retired`);
    await publishTokenEvents(
      context,
      incarnation,
      'retired',
      retiredKeyId === undefined ? [] : [retiredKeyId],
    );
    if (unflushed) throw unflushed;
    return {
      json: { tenant: id, retiredKeyId: retiredKeyId ?? null },
      text: retiredKeyId
        ? `The previous token of ${id} (${retiredKeyId}) is retired, and the gateway's cache is flushed: its requests get 401 ` +
          'from now on.'
        : `Nothing to do: ${id} has one token, and no previous one.`,
    };
  },
});
