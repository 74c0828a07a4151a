// scim tenant pause: a tenant, or the whole deployment, answers every SCIM request with 403.

import { moment } from '../command/answer.ts';
import { defineCommand, flag } from '../command/define-command.ts';
import { incarnationOf, requireScope } from './scope.ts';

export const pauseTenant = defineCommand({
  name: 'tenant pause',
  args: ['[tenant]'],
  summary: 'Refuse all SCIM requests of a tenant with 403 until it is resumed',
  options: { all: flag('Pause the whole deployment') },
  run: async (context, id) => {
    requireScope(id, context);
    const { pause } = await import('../../../lambdas/tenants/switches.ts');
    const since = await pause(await incarnationOf(id));
    return {
      json: { tenant: id ?? null, paused: true, since },
      text:
        `${id ? `Tenant ${id}` : 'The whole deployment'} is paused since ${moment(since)}. Within a minute every SCIM ` +
        `request gets 403 with that reason.\n\`npm run scim -- tenant resume ${id ?? '--all'}\` ends the pause.`,
    };
  },
});
