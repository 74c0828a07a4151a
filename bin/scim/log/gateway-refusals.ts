// Requests that the gateway refused itself: a wrong token, too many requests. No function saw them, so they are missing from the
// provisioning log and have to be read from the access log.

import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as v from 'valibot';
import type { LogEntry } from '../../../lambdas/log/entry.ts';
import type { TenantId } from '../../../lambdas/platform/tenant.ts';
import { readAccessLine } from './access-line.ts';
import { refusalWords } from './refusal-words.ts';
import { readCauses } from './refused-tokens.ts';

interface RefusalQuery {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly requestId?: string | undefined;
  /** At most this many. Default: all since then. */
  readonly limit?: number | undefined;
  /** Whose lines say why tokens were refused; undefined for a stack from before there was this output. */
  readonly authorizerLogGroup?: string | undefined;
}

/** What the access log says about a period. */
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
    authorizerRequestId: v.optional(v.string(), '-'),
    authorizerMilliseconds: v.optional(v.string(), '-'),
  }),
);

/**
 * The refused requests of the tenant, searched from the newest until there are enough. A request to a URL without the tenant
 * counts only if its token was accepted, because nothing else says whose it is.
 */
export const readGatewayRefusals = async (
  logGroupName: string,
  tenant: TenantId,
  { since, requestId, limit = Number.POSITIVE_INFINITY, authorizerLogGroup }: RefusalQuery,
): Promise<Refusals> => {
  const logs = new CloudWatchLogsClient({ maxAttempts: MAX_ATTEMPTS });
  const filterPattern =
    requestId === undefined ? '{ $.refusal != "-" }' : `{ $.requestId = "${requestId.replaceAll('"', '')}" }`;
  const startTime = Math.max(since, BACKWARDS_SINCE);
  const endTime = Date.now();
  const found: Found[] = [];
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
    entries: (await withCauses(logs, authorizerLogGroup, found)).sort((one, other) => one.at - other.at),
    unreadBefore: isCut ? oldest : undefined,
  };
};

/** A refusal, with the refused token's request to the authorizer where there was one. */
interface Found {
  readonly entry: LogEntry;
  readonly authorizerRequestId: string | undefined;
}

/** How much earlier or later than the request the authorizer may have logged. */
const AROUND_MS = 60_000;

/** The entries, oldest first, with the authorizer's reasons. Its log is read only when a token was refused. */
const withCauses = async (
  logs: CloudWatchLogsClient,
  logGroupName: string | undefined,
  found: readonly Found[],
): Promise<LogEntry[]> => {
  const refused = found.filter(({ authorizerRequestId }) => authorizerRequestId !== undefined);
  const times = refused.map(({ entry }) => entry.at);
  const causes =
    logGroupName === undefined || refused.length === 0
      ? new Map<string, string>()
      : await readCauses(logs, logGroupName, {
          startTime: Math.min(...times) - AROUND_MS,
          endTime: Math.max(...times) + AROUND_MS,
        });
  return found.toReversed().map(({ entry, authorizerRequestId }) => {
    const cause = authorizerRequestId === undefined ? undefined : causes.get(authorizerRequestId);
    return cause === undefined ? entry : { ...entry, detail: refusalWords('UNAUTHORIZED', true, cause) };
  });
};

const toEntry = (tenant: TenantId, at: number, message: string | undefined): Found | undefined => {
  const line = v.safeParse(accessLine, message);
  if (!line.success || line.output.refusal === '-') return undefined;
  const { requestId, method, path, status, refusal, keyId, tenant: bearer } = line.output;
  const wasChecked = line.output.authorizerMilliseconds !== '-';
  // An accepted token is used at a URL of its own tenant, with or without the tenant in it.
  const isLetIn = bearer !== '-' && refusal !== 'ACCESS_DENIED';
  if (isLetIn && bearer !== tenant) return undefined;
  const rest = pathBehind(path, `/${tenant}/v2`) ?? (isLetIn ? pathBehind(path, '/v2') : undefined);
  if (rest === undefined) return undefined;
  const entry = {
    at,
    requestId,
    keyId: keyId === '-' ? '' : keyId,
    operation: method.toLowerCase(),
    path: rest || '/',
    status,
    detail: refusalWords(refusal, wasChecked),
  };
  const { authorizerRequestId } = line.output;
  const isRefusedToken = refusal === 'UNAUTHORIZED' && authorizerRequestId !== '-';
  return { entry, authorizerRequestId: isRefusedToken ? authorizerRequestId : undefined };
};

/** What follows `base`. The path starts with it on a custom domain, and with the stage otherwise. */
const pathBehind = (path: string, base: string): string | undefined =>
  new RegExp(`^(?:/[^/]+)?${base}(?=/|$)(.*)`).exec(path)?.[1];
