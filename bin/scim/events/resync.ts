// scim resync: for a product that missed events, or is new.

import { fields } from '../command/answer.ts';
import { defineCommand } from '../command/define-command.ts';

export const resync = defineCommand({
  name: 'resync',
  args: ['<tenant>'],
  summary: 'Publish every user, group and membership of a tenant again',
  run: async ({ terminal }, id) => {
    const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { resyncTenant } = await import('../../../lambdas/operations/resync.ts');
    const { incarnation } = await readActiveTenant(id);
    const { stderr } = terminal;
    const published = await resyncTenant(incarnation, ({ users, groups, memberships }) => {
      if (stderr.isTTY) stderr.write(`\r${users} users, ${groups} groups, ${memberships} memberships`);
    });
    if (stderr.isTTY) stderr.write('\n');
    return {
      json: { tenant: id, ...published },
      text: [
        `The state of ${id} is being published to the event bus; each event has "resync": true and the resyncId below.`,
        fields([
          ['resyncId', published.resyncId],
          ['user.created', published.users],
          ['group.created', published.groups],
          ['group.member.added', published.memberships],
        ]),
      ].join('\n\n'),
    };
  },
});
