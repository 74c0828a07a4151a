// scim tenant show: one tenant, without its token.

import { fields, moment } from '../command/answer.ts';
import { defineCommand } from '../command/define-command.ts';
import { describeState, stateOf } from './listed-tenant.ts';

export const showTenant = defineCommand({
  name: 'tenant show',
  args: ['<tenant>'],
  summary: 'Show a tenant, without its token',
  run: async ({ deployment }, id) => {
    const { readTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { countDirectory } = await import('../../../lambdas/operations/tenant-overview.ts');
    const { readInventory } = await import('../../../lambdas/credentials/inventory.ts');
    const { readActivity } = await import('../../../lambdas/tenants/activity-table.ts');
    const { findClosure, findDeploymentPause } = await import('../../../lambdas/tenants/switches-table.ts');
    const { silentSince } = await import('../../../lambdas/tenants/silence.ts');
    const { findWebhook } = await import('../../../lambdas/webhooks/webhooks-table.ts');
    const { incarnation, createdAt, deletingSince, state: stored } = await readTenant(id);
    const [{ users, groups }, tokens, activity, closure, deploymentPausedSince, webhook] = await Promise.all([
      countDirectory(incarnation),
      readInventory(incarnation),
      readActivity(incarnation),
      findClosure(incarnation),
      findDeploymentPause(),
      findWebhook(incarnation),
    ]);
    const { lastRequestAt } = activity;
    const silent = silentSince(activity, closure, Date.now());
    const tenantUrl = deployment.tenantUrl(id);
    const { current, previous, revokedAt } = tokens ?? {};
    const state = stateOf({ state: stored, deletingSince, closure }, deploymentPausedSince);
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
        state,
        deploymentPausedSince,
        webhook: webhook && { url: webhook.url, events: webhook.events ?? null },
      },
      text: fields([
        ['Tenant', id],
        ['Tenant URL', tenantUrl],
        ['Created', moment(createdAt)],
        [
          'State',
          describeState({ state, deletingSince, pausedSince: pausedSince ?? null, silentSince: null }),
        ],
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
        ['Webhook', webhook ? `${webhook.url} (${webhook.events?.join(', ') ?? 'every event'})` : 'none'],
      ]),
    };
  },
});
