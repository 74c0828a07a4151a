// scim tenant resume: ends a pause.

import { defineCommand, flag } from '../command/define-command.ts';
import { incarnationInScope, requireScope } from './scope.ts';

export const resumeTenant = defineCommand({
  name: 'tenant resume',
  args: ['[tenant]'],
  summary: 'Serve a paused tenant again',
  options: {
    all: flag('End the pause of the whole deployment; tenants that were paused one by one stay paused'),
  },
  run: async (context, id) => {
    requireScope(id, context);
    const { resume } = await import('../../../lambdas/tenants/switches.ts');
    const wasPaused = await resume(await incarnationInScope(id));
    const what = id ? `Tenant ${id}` : 'The deployment';
    return {
      json: { tenant: id ?? null, paused: false, wasPaused },
      text: wasPaused
        ? `${what} is served again within a minute. Entra continues with its next cycle, or at once with Restart provisioning.`
        : `Nothing to do: ${what} is not paused.`,
    };
  },
});
