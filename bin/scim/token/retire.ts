// scim token retire: ends the grace period of the previous token.

import { defineCommand } from '../command/define-command.ts';
import { publishTokenEvents } from './publish-token-events.ts';

export const retireToken = defineCommand({
  name: 'token retire',
  args: ['<tenant>'],
  summary: 'End the previous token',
  run: async (context, id) => {
    const { readTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { retireToken: retire } = await import('../../../lambdas/credentials/rotation.ts');
    const { incarnation } = await readTenant(id);
    const retiredKeyId = await retire(incarnation);
    await publishTokenEvents(
      context,
      incarnation,
      'retired',
      retiredKeyId === undefined ? [] : [retiredKeyId],
    );
    return {
      json: { tenant: id, retiredKeyId: retiredKeyId ?? null },
      text: retiredKeyId
        ? `The previous token of ${id} (${retiredKeyId}) is retired. It may be accepted until the gateway's cache expires: 5 ` +
          'minutes, unless configured otherwise.'
        : `Nothing to do: ${id} has one token, and no previous one.`,
    };
  },
});
