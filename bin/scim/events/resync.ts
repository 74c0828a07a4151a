// scim resync: for a product that missed events, or is new.

import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { type Answer, fields } from '../command/answer.ts';
import type { Context } from '../command/context.ts';

export const resync = async ({ terminal }: Context, id: TenantId): Promise<Answer> => {
  const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
  const { resyncTenant } = await import('../../../lambdas/operations/resync.ts');
  const { incarnation } = await readActiveTenant(id);
  const { stderr } = terminal;
  const told = await resyncTenant(incarnation, ({ users, groups, memberships }) => {
    if (stderr.isTTY) stderr.write(`\r${users} users, ${groups} groups, ${memberships} memberships`);
  });
  if (stderr.isTTY) stderr.write('\n');
  return {
    json: { tenant: id, ...told },
    text: [
      `The state of ${id} is on its way to the event bus, each event with "resync": true.`,
      fields([
        ['user.created', told.users],
        ['group.created', told.groups],
        ['group.member.added', told.memberships],
      ]),
    ].join('\n\n'),
  };
};
