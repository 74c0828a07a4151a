// scim tenant show: one tenant, without its token.

import { fields, moment } from '../command/answer.ts';
import { defineCommand } from '../command/define-command.ts';

export const showTenant = defineCommand({
  name: 'tenant show',
  args: ['<tenant>'],
  summary: 'Show a tenant, without its token',
  run: async ({ deployment }, id) => {
    const { readTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { countDirectory } = await import('../../../lambdas/operations/tenant-overview.ts');
    const { readInventory } = await import('../../../lambdas/credentials/inventory.ts');
    const { readActivity } = await import('../../../lambdas/tenants/activity-table.ts');
    const { findClosure } = await import('../../../lambdas/tenants/switches-table.ts');
    const { silentSince } = await import('../../../lambdas/tenants/silence.ts');
    const { incarnation, createdAt, deletingSince } = await readTenant(id);
    const [{ users, groups }, tokens, activity, closure] = await Promise.all([
      countDirectory(incarnation),
      readInventory(incarnation),
      readActivity(incarnation),
      findClosure(incarnation),
    ]);
    const { lastRequestAt } = activity;
    const silent = silentSince(activity, closure, Date.now());
    const tenantUrl = deployment.tenantUrl(id);
    const { current, previous, revokedAt } = tokens ?? {};
    const pausedSince = closure?.reason === 'paused' ? closure.since : undefined;
    return {
      json: {
        tenant: id,
        tenantUrl,
        createdAt,
        deletingSince,
        pausedSince,
        users,
        groups,
        lastRequestAt,
        silentSince: silent,
        token: current,
        previousToken: previous,
      },
      text: fields([
        ['Tenant', id],
        ['Tenant URL', tenantUrl],
        ['Created', moment(createdAt)],
        [
          'Being deleted',
          deletingSince &&
            `since ${moment(deletingSince)}; \`npm run scim -- tenant delete ${id}\` completes it`,
        ],
        ['Paused', pausedSince && !deletingSince ? `since ${moment(pausedSince)}` : undefined],
        ['Users', users],
        ['Groups', groups],
        ['Last request', lastRequestAt ? moment(lastRequestAt) : 'never'],
        ['Silent', silent && `since ${moment(silent)}`],
        [
          'Token',
          current ? `${current.keyId}, created ${moment(current.madeAt)}` : revokedAt ? 'revoked' : 'none',
        ],
        ['Previous token', previous && `${previous.keyId}, accepted until ${moment(previous.endsAt)}`],
      ]),
    };
  },
});
