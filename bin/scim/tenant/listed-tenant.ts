// A tenant as `tenant list` has it, in JSON and as a row, on one deployment and over cells.

import type { TenantOverview } from '../../../lambdas/operations/tenant-overview.ts';
import { moment, table } from '../command/answer.ts';

type Time = Date | string;

/** Whether requests are served, and why not. */
export type TenantState = 'creating' | 'deleting' | 'paused' | 'deployment paused' | 'open';

/** With each `Time` as text where it comes from another process. */
export interface ListedTenant {
  readonly tenant: string;
  readonly tenantUrl: string;
  readonly createdAt: Time;
  readonly deletingSince: Time | undefined;
  /** From a counter that the stream updates, moments behind the writes. */
  readonly users: number;
  readonly groups: number;
  /** Null when none was ever seen. */
  readonly lastRequestAt: Time | null;
  /** The last request of a tenant that used to send more; null unless it is silent. */
  readonly silentSince: Time | null;
  readonly pausedSince: Time | null;
  /** The current token; null when there is none or it was revoked. */
  readonly token: { readonly keyId: string; readonly madeAt: Time } | null;
  /** Null unless it is still accepted. */
  readonly previousToken: { readonly keyId: string; readonly endsAt: Time } | null;
  /** Null unless all tokens are revoked. */
  readonly revokedAt: Time | null;
  readonly state: TenantState;
  /** Since when the whole deployment is paused. */
  readonly deploymentPausedSince: string | null;
}

/** The overview as it is listed; `deploymentPausedSince` is ISO 8601. */
export const listedTenant = (
  overview: TenantOverview,
  tenantUrl: string,
  deploymentPausedSince: string | undefined,
): ListedTenant => {
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
    revokedAt: tokens?.revokedAt ?? null,
    state: stateOf(overview, deploymentPausedSince),
    deploymentPausedSince: deploymentPausedSince ?? null,
  };
};

/** The state of a tenant, by its item, its switch and that of the deployment. */
export const stateOf = (
  { state, deletingSince, closure }: Pick<TenantOverview, 'state' | 'deletingSince' | 'closure'>,
  deploymentPausedSince: string | undefined,
): TenantState => {
  if (state === 'creating') return 'creating';
  if (deletingSince) return 'deleting';
  if (closure?.reason === 'paused') return 'paused';
  return deploymentPausedSince === undefined ? 'open' : 'deployment paused';
};

/** The state comes last: its text is long for some tenants, and would move the columns behind it. */
export const HEADER = ['TENANT', 'USERS', 'GROUPS', 'LAST REQUEST', 'TOKEN', 'TENANT URL', 'STATE'];

/** One row for each; `inFront` is a column before the others, with its header. */
export const tableOf = (
  tenants: readonly ListedTenant[],
  inFront?: { readonly header: string; readonly cells: readonly string[] },
): string => {
  const rows = [HEADER, ...tenants.map(rowOf)];
  if (!inFront) return table(rows);
  const first = [inFront.header, ...inFront.cells];
  return table(rows.map((row, index) => [first[index] ?? '', ...row]));
};

const rowOf = (tenant: ListedTenant): string[] => [
  tenant.tenant,
  String(tenant.users),
  String(tenant.groups),
  tenant.lastRequestAt ? moment(tenant.lastRequestAt) : 'never',
  describeTokens(tenant),
  tenant.tenantUrl,
  describeState(tenant),
];

/** `paused since 2026-11-21 23:40 UTC`; silence counts only where requests would be served. */
export const describeState = ({
  state,
  deletingSince,
  pausedSince,
  silentSince,
}: Pick<ListedTenant, 'state' | 'deletingSince' | 'pausedSince' | 'silentSince'>): string => {
  if (state === 'creating') return 'creation incomplete';
  if (state === 'deleting' && deletingSince) return `being deleted since ${moment(deletingSince)}`;
  if (state === 'paused' && pausedSince) return `paused since ${moment(pausedSince)}`;
  return state === 'open' && silentSince ? `silent since ${moment(silentSince)}` : state;
};

const daysSince = (time: Time) => Math.floor((Date.now() - new Date(time).getTime()) / 86_400_000);

/** `12 days old`, and until when the previous token is accepted. */
const describeTokens = ({ token, previousToken, revokedAt }: ListedTenant): string => {
  if (!token) return revokedAt ? 'revoked' : 'none';
  const age = `${daysSince(token.madeAt)} days old`;
  return previousToken ? `${age}, previous until ${moment(previousToken.endsAt).slice(0, 10)}` : age;
};

/** The sentence about a pause of the whole deployment. */
export const deploymentPaused = (what: string, since: Time): string =>
  `${what} has been paused since ${moment(since)}.`;
