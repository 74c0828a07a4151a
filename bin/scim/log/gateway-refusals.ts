// Requests that the gateway refused itself: a wrong token, too many requests. No function saw them, so they are missing from the
// provisioning log and have to be read from the access log.

import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as v from 'valibot';
import type { LogEntry } from '../../../lambdas/log/entry.ts';
import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { readAccessLine } from './access-line.ts';

interface RefusalQuery {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly requestId?: string | undefined;
  /** At most this many. Default: all since then. */
  readonly limit?: number | undefined;
}

export interface Refusals {
  /** Oldest first, as entries of the provisioning log. */
  readonly entries: readonly LogEntry[];
  /** Milliseconds since the epoch: entries older than this were not read. Undefined when nothing is missing. */
  readonly unreadBefore: number | undefined;
}

/** A busy deployment fills a page of the access log every few seconds, so the search has to end somewhere. */
const MAX_PAGES = 200;

/** An account has only a few of these calls a second, shared by everybody who reads logs. */
const MAX_ATTEMPTS = 8;

/** CloudWatch Logs reads backwards only from a start time on or after this date. */
const BACKWARDS_SINCE = Date.UTC(2024, 0, 1);

/** The fields of lib/api/access-log.ts that are needed here; `-` stands for no value. */
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
 * The refused requests of the tenant, searched from the newest until there are enough. A request to a URL without the tenant
 * counts only if its token was accepted, because nothing else says whose it is.
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
    // The sort is stable: entries of the same millisecond keep their order.
    entries: found.toReversed().sort((one, other) => one.at - other.at),
    unreadBefore: isCut ? oldest : undefined,
  };
};

const toEntry = (tenant: TenantId, at: number, message: string | undefined): LogEntry | undefined => {
  const line = v.safeParse(accessLine, message);
  if (!line.success || line.output.refusal === '-') return undefined;
  const { requestId, method, path, status, refusal, keyId, tenant: bearer } = line.output;
  // An accepted token is used at a URL of its own tenant, with or without the tenant in it.
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

/** What follows `base`. The path starts with it on a custom domain, and with the stage otherwise. */
const pathBehind = (path: string, base: string): string | undefined =>
  new RegExp(`^(?:/[^/]+)?${base}(?=/|$)(.*)`).exec(path)?.[1];
