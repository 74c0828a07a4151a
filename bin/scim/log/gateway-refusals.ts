// What the gateway refused by itself: a wrong token, too many requests. No function saw it, so the provisioning log has
// nothing of it; the access log has.

import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as v from 'valibot';
import type { LogEntry } from '../../../lambdas/log/provisioning-log.ts';
import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { readAccessLine } from './access-line.ts';

export interface RefusalQuery {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly requestId?: string | undefined;
  /** So many are enough; default: all since then. */
  readonly limit?: number | undefined;
}

export interface Refusals {
  /** Oldest first, as entries of the provisioning log. */
  readonly entries: readonly LogEntry[];
  /** Undefined when everything since then was read, or enough; else what is older than this (ms) was not looked at. */
  readonly unreadBefore: number | undefined;
}

/** A busy deployment has a page of the access log for every few seconds: a look back must end. */
const MAX_PAGES = 200;

/** An account has but a few of these calls a second, and everybody who looks at a log takes of them. */
const MAX_ATTEMPTS = 8;

/** CloudWatch Logs reads backwards only where the start is not before this. */
const BACKWARDS_SINCE = Date.UTC(2024, 0, 1);

/** The fields of lib/access-log.ts that are needed here; one without a value is `-`. */
const accessLine = v.pipe(
  v.string(),
  v.transform(readAccessLine),
  v.object({
    requestId: v.string(),
    method: v.string(),
    path: v.string(),
    status: v.pipe(v.string(), v.transform(Number)),
    refusal: v.string(),
    keyId: v.optional(v.string(), '-'),
    tenant: v.optional(v.string(), '-'),
  }),
);

/**
 * The refusals of the tenant's requests, looked for from the newest on until there are enough. Of a URL without a tenant only
 * those of a token that was accepted: nobody knows whose another is.
 */
export const readGatewayRefusals = async (
  logGroupName: string,
  tenant: TenantId,
  { since, requestId, limit = Number.POSITIVE_INFINITY }: RefusalQuery,
): Promise<Refusals> => {
  const logs = new CloudWatchLogsClient({ maxAttempts: MAX_ATTEMPTS });
  const filterPattern =
    requestId === undefined ? '{ $.refusal != "-" }' : `{ $.requestId = "${requestId.replaceAll('"', '')}" }`;
  const startTime = Math.max(since, BACKWARDS_SINCE);
  const endTime = Date.now();
  const found: LogEntry[] = [];
  let oldest = endTime;
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { events = [], nextToken: next } = await logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime,
        endTime,
        filterPattern,
        nextToken,
        startFromHead: false,
      }),
    );
    found.push(...events.flatMap(({ timestamp = 0, message }) => toEntry(tenant, timestamp, message) ?? []));
    oldest = Math.min(oldest, ...events.map(({ timestamp = oldest }) => timestamp));
    nextToken = next;
    if (!nextToken || found.length >= limit) break;
  }
  const isCut = nextToken !== undefined && found.length < limit;
  return {
    // Those of the same millisecond stay in their order.
    entries: found.toReversed().sort((one, other) => one.at - other.at),
    unreadBefore: isCut ? oldest : undefined,
  };
};

const toEntry = (tenant: TenantId, at: number, message: string | undefined): LogEntry | undefined => {
  const line = v.safeParse(accessLine, message);
  if (!line.success || line.output.refusal === '-') return undefined;
  const { requestId, method, path, status, refusal, keyId, tenant: bearer } = line.output;
  // A token that was let in is at a URL of its own tenant, which has the tenant in it or not.
  const isLetIn = bearer !== '-' && refusal !== 'ACCESS_DENIED';
  if (isLetIn && bearer !== tenant) return undefined;
  const rest = pathBehind(path, `/${tenant}/v2`) ?? (isLetIn ? pathBehind(path, '/v2') : undefined);
  if (rest === undefined) return undefined;
  return {
    at,
    requestId,
    keyId: keyId === '-' ? '' : keyId,
    operation: method.toLowerCase(),
    path: rest || '/',
    status,
    detail: `Refused by the gateway: ${refusal}`,
  };
};

/** What follows `base`. With a custom domain the path begins with it, otherwise with the stage. */
const pathBehind = (path: string, base: string): string | undefined =>
  new RegExp(`^(?:/[^/]+)?${base}(?=/|$)(.*)`).exec(path)?.[1];
