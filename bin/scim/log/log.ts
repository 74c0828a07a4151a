// scim log: what the identity provider of a tenant changed, what was refused, and why: from the provisioning log, and from the
// access log of the gateway where that refused by itself.

import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import type { LogEntry, ReadLog } from '../../../lambdas/log/provisioning-log.ts';
import { createdAtMs, type Incarnation, type TenantId, tenantOf } from '../../../lambdas/tenants/tenant.ts';
import { type Answer, table } from '../command/answer.ts';
import type { Context } from '../command/context.ts';
import { sentenceFor } from '../command/failures.ts';
import { columns, HEADER, row } from './log-table.ts';

/** Without `--limit`, and without `--request`, which asks for certain ones. */
const NEWEST = 50;

/** So far back the access log is looked through, unless `--since` says how far. */
const REFUSALS_SINCE_MS = 24 * 60 * 60 * 1000;

/**
 * The newest entries, oldest first; with `--follow` it goes on with those to come, until it is ended. What the gateway
 * refused comes late into its log, so it is not followed.
 */
export const showLog = async (context: Context, id: TenantId): Promise<Answer | undefined> => {
  const { incarnation } = await (await import('../../../lambdas/tenants/read-tenant.ts')).readTenant(id);
  const { options, terminal } = context;
  const { user, failed, request: requestId, since, limit, follow, json } = options;
  const { openLog } = await import('../../../lambdas/log/provisioning-log.ts');
  const readLog = await openLog(incarnation, { user, failed, requestId });
  const newest = limit ?? (requestId === undefined ? NEWEST : undefined);
  const recorded = await readLog({ since, limit: newest });
  const entries = [...recorded, ...(await refusedByGateway(context, incarnation, recorded))]
    .sort((one, other) => one.at - other.at)
    .slice(newest === undefined ? 0 : -newest);
  if (!follow) {
    return {
      json: entries.map(toJson),
      text: entries.length > 0 ? table([HEADER, ...entries.map(row)]) : 'There is no such entry.',
    };
  }
  const print = (line: string) => terminal.stdout.write(`${line}\n`);
  const tell = (entry: LogEntry) => print(json ? JSON.stringify(toJson(entry)) : columns(row(entry)));
  if (!json) print(columns(HEADER));
  entries.forEach(tell);
  await followLog(readLog, entries, tell, terminal.signal);
  return undefined;
};

/** Of the same time as what was `recorded`; nothing where a user or a request is asked for that is there already. */
const refusedByGateway = async (
  { deployment, options, terminal }: Context,
  tenant: Incarnation,
  recorded: readonly LogEntry[],
): Promise<LogEntry[]> => {
  const { AccessLogGroup } = deployment.outputs;
  const { user, request: requestId, limit = NEWEST } = options;
  if (!AccessLogGroup || user !== undefined || (requestId !== undefined && recorded.length > 0)) return [];
  const { readGatewayRefusals } = await import('./gateway-refusals.ts');
  const oldest = recorded.length < limit ? 0 : (recorded[0]?.at ?? 0);
  const asked = options.since ?? Math.max(oldest, Date.now() - REFUSALS_SINCE_MS);
  // What was refused to an earlier tenant of this name is not its affair.
  const since = Math.max(asked, createdAtMs(tenant));
  try {
    const query = { since, requestId, limit: requestId === undefined ? limit : undefined };
    const { entries, unreadBefore } = await readGatewayRefusals(AccessLogGroup, tenantOf(tenant), query);
    if (unreadBefore !== undefined) {
      const time = new Date(unreadBefore).toISOString();
      terminal.stderr.write(
        `What the gateway refused by itself before ${time} was not read: its access log of that time is too long. \`--request <id>\` finds a single one.\n`,
      );
    }
    return [...entries];
  } catch (error) {
    const why = sentenceFor(error) ?? (error as Error).name;
    terminal.stderr.write(`What the gateway refused by itself is missing: ${why}\n`);
    return [];
  }
};

const POLL_MS = 1_000;

/** Entries may come to light so much later than others that are not older: clocks differ, and writes take their time. */
const OVERLAP_MS = 10_000;

const followLog = async (
  readLog: ReadLog,
  shown: readonly LogEntry[],
  tell: (entry: LogEntry) => void,
  signal: AbortSignal | undefined,
): Promise<void> => {
  let known = new Set(shown.map(identify));
  let readAt = Date.now();
  const from = shown.at(-1)?.at ?? readAt;
  while (!signal?.aborted) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    const since = Math.max(from, readAt - OVERLAP_MS);
    readAt = Date.now();
    const entries = await readLog({ since });
    for (const entry of entries.filter((each) => !known.has(identify(each)))) tell(entry);
    known = new Set(entries.map(identify));
  }
};

/** A bulk request has many entries. */
const identify = ({ at, requestId, operation, type, id, name, status }: LogEntry) =>
  JSON.stringify([at, requestId, operation, type, id, name, status]);

const toJson = ({ at, ...entry }: LogEntry) => ({ time: new Date(at).toISOString(), ...entry });

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `2h`, `3d` ago, or a time as RFC 3339 has it, in milliseconds since the epoch. */
export const startTime = (text: string): number => {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const time = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNITS[unit] ?? 0);
  if (time >= 0) return time;
  throw new InvalidArgumentError('A start is like 30m, 2h, 3d, or 2026-11-22T08:00:00Z.');
};
