// scim tenant list: every tenant on one line, with what needs attention.

import type { TokenInventory } from '../../../lambdas/credentials/inventory.ts';
import type { TenantOverview } from '../../../lambdas/operations/tenant-overview.ts';
import { moment, table } from '../command/answer.ts';
import { defineCommand } from '../command/define-command.ts';
import { progressBar } from '../command/progress-bar.ts';
import { listTenantsOfCells } from './list-of-cells.ts';

export const listTenants = defineCommand({
  name: 'tenant list',
  summary: 'List all tenants with their users, groups, last request, token age and state',
  runOnCells: listTenantsOfCells,
  run: async ({ deployment, options, terminal }) => {
    const { listOverviews } = await import('../../../lambdas/operations/tenant-overview.ts');
    const { findDeploymentPause } = await import('../../../lambdas/tenants/switches-table.ts');
    const progress = options.json ? undefined : progressBar(terminal.stderr, 'tenants');
    const [tenants, pausedSince] = await Promise.all([
      listOverviews({ onProgress: progress?.show }),
      findDeploymentPause(),
    ]).finally(() => progress?.clear());
    const rows = tenants.map((tenant) => [
      tenant.id,
      String(tenant.users),
      String(tenant.groups),
      tenant.lastRequestAt ? moment(tenant.lastRequestAt) : 'never',
      describeTokens(tenant.tokens),
      stateOf(tenant),
      deployment.tenantUrl(tenant.id),
    ]);
    const list = rows.length
      ? table([['TENANT', 'USERS', 'GROUPS', 'LAST REQUEST', 'TOKEN', 'STATE', 'TENANT URL'], ...rows])
      : 'There are no tenants yet: create one with `npm run scim -- tenant create acme`.';
    return {
      json: tenants.map((tenant) => toJson(tenant, deployment.tenantUrl(tenant.id))),
      text: pausedSince ? `${list}\n\nThe whole deployment is paused since ${moment(pausedSince)}.` : list,
    };
  },
});

const stateOf = ({ state, deletingSince, closure, silentSince }: TenantOverview): string => {
  if (state === 'creating') return 'creation incomplete';
  if (deletingSince) return `being deleted since ${moment(deletingSince)}`;
  if (closure?.reason === 'paused') return `paused since ${moment(closure.since)}`;
  return silentSince ? `silent since ${moment(silentSince)}` : 'open';
};

const daysSince = (date: Date) => Math.floor((Date.now() - date.getTime()) / 86_400_000);

/** `12 days old`, and until when the previous token is accepted. */
const describeTokens = (tokens: TokenInventory | undefined): string => {
  if (!tokens) return 'none';
  const { current, previous } = tokens;
  if (!current) return 'revoked';
  const age = `${daysSince(current.madeAt)} days old`;
  return previous ? `${age}, previous until ${moment(previous.endsAt).slice(0, 10)}` : age;
};

const toJson = (overview: TenantOverview, tenantUrl: string) => {
  const { id, createdAt, deletingSince, users, groups, tokens, closure, lastRequestAt, silentSince } =
    overview;
  return {
    tenant: id,
    tenantUrl,
    createdAt,
    deletingSince,
    users,
    groups,
    lastRequestAt: lastRequestAt ?? null,
    silentSince: silentSince ?? null,
    pausedSince: closure?.reason === 'paused' ? closure.since : null,
    token: tokens?.current ?? null,
    previousToken: tokens?.previous ?? null,
  };
};
