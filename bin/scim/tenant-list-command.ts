// scim tenant list: every tenant in one line, and which of them needs somebody to look at it.

import type { TenantOverview } from '../../lambdas/directory/tenant-overview.ts';
import type { TokenInventory } from '../../lambdas/tokens/inventory.ts';
import { type Answer, moment, table } from './answer.ts';
import type { Context } from './context.ts';

export const listTenants = async ({ deployment }: Context): Promise<Answer> => {
  const { listOverviews } = await import('../../lambdas/directory/tenant-overview.ts');
  const { findClosure } = await import('../../lambdas/store/switches.ts');
  const [tenants, closedToAll] = await Promise.all([listOverviews(), findClosure(undefined)]);
  const rows = tenants.map((tenant) => [
    tenant.id,
    String(tenant.users),
    String(tenant.groups),
    tenant.lastRequestAt ? moment(tenant.lastRequestAt) : 'never',
    describeTokens(tenant.tokens),
    stateOf(tenant) ?? deployment.tenantUrl(tenant.id),
  ]);
  const list = rows.length
    ? table([['TENANT', 'USERS', 'GROUPS', 'LAST REQUEST', 'TOKEN', 'TENANT URL'], ...rows])
    : 'There are no tenants yet: `npm run scim -- tenant create acme` makes one.';
  return {
    json: tenants.map((tenant) => toJson(tenant, deployment.tenantUrl(tenant.id))),
    text: closedToAll
      ? `${list}\n\nThe whole deployment is paused since ${moment(closedToAll.since)}.`
      : list,
  };
};

const stateOf = ({ deletingSince, closure }: TenantOverview): string | undefined => {
  if (deletingSince) return `being deleted since ${moment(deletingSince)}`;
  return closure && `paused since ${moment(closure.since)}`;
};

const daysSince = (date: Date) => Math.floor((Date.now() - date.getTime()) / 86_400_000);

/** `12 days old`, and until when the one before is accepted. */
const describeTokens = (tokens: TokenInventory | undefined): string => {
  if (!tokens) return 'none';
  const { current, previous } = tokens;
  if (!current) return 'revoked';
  const age = `${daysSince(current.madeAt)} days old`;
  return previous ? `${age}, previous until ${moment(previous.endsAt).slice(0, 10)}` : age;
};

const toJson = ({ id, tokens, closure, lastRequestAt, ...rest }: TenantOverview, tenantUrl: string) => ({
  tenant: id,
  tenantUrl,
  ...rest,
  lastRequestAt: lastRequestAt ?? null,
  pausedSince: closure?.since ?? null,
  token: tokens?.current ?? null,
  previousToken: tokens?.previous ?? null,
});
