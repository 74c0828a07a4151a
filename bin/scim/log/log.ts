// scim log: what the identity provider of a tenant changed, what was refused, and why. It reads the provisioning log and, for
// requests that the gateway refused before any function saw them, the access log.

import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '../../../lambdas/log/entry.ts';
import type { ReadLog } from '../../../lambdas/log/read.ts';
import { createdAtMs, type Incarnation, tenantOf } from '../../../lambdas/tenants/tenant.ts';
import { printableJson } from '../../printable.ts';
import { table } from '../command/answer.ts';
import type { Context } from '../command/context.ts';
import { defineCommand, flag, option } from '../command/define-command.ts';
import { countingNumber, startTime } from '../command/option-values.ts';
import { sentenceFor } from '../errors/sentence-for.ts';
import { block, columns, HEADER, narrowWidth, row } from './log-rows.ts';

/** The default of `--limit`; with `--request` there is no limit. */
const NEWEST = 50;

/** How far back the access log is searched without `--since`. */
const REFUSALS_SINCE_MS = 24 * 60 * 60 * 1000;

const options = {
  user: option('<userName>', 'Only entries about the user who has or had this name'),
  failed: flag('Only requests that were refused or failed'),
  request: option('<id>', 'Only this request: every SCIM error contains its id'),
  since: option<number>('<time>', 'From 30m, 2h or 3d ago, or from a time such as 2026-11-22T08:00:00Z', {
    parse: startTime,
  }),
  limit: option<number>('<number>', 'The newest entries, at most this many (default: 50)', {
    parse: countingNumber,
  }),
  follow: flag('Keep printing new entries; with --json, one object per line'),
};

export const log = defineCommand({
  name: 'log',
  args: ['<tenant>'],
  summary: 'Show what was changed and what was refused, oldest first',
  options,
  /**
   * Prints the newest entries, oldest first; with `--follow` it continues with new ones until it is interrupted. The gateway
   * logs its own refusals late, so those are not followed.
   */
  run: async (context, id) => {
    const { readTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { openLog } = await import('../../../lambdas/log/read.ts');
    const { incarnation } = await readTenant(id);
    const { user, failed, request: requestId, since, limit, follow, json } = context.options;
    const { terminal } = context;
    const readLog = await openLog(incarnation, { user, failed, requestId });
    const newest = limit ?? (requestId === undefined ? NEWEST : undefined);
    const recorded = await readLog({ since, limit: newest });
    const entries = [...recorded, ...(await refusedByGateway(context, incarnation, recorded))]
      .sort((one, other) => one.at - other.at)
      .slice(newest === undefined ? 0 : -newest);
    const width = narrowWidth(terminal.stdout);
    if (!follow) {
      return {
        json: entries.map(toJson),
        text: entries.length > 0 ? textOf(entries, width) : 'There are no such entries.',
      };
    }
    const print = (line: string) => terminal.stdout.write(`${line}\n`);
    const line = (entry: LogEntry) => (width === undefined ? columns(row(entry)) : block(entry, width));
    const printEntry = (entry: LogEntry) => print(json ? printableJson(toJson(entry)) : line(entry));
    if (!json && width === undefined) print(columns(HEADER));
    entries.forEach(printEntry);
    await followLog(readLog, entries, printEntry, terminal.signal);
    return undefined;
  },
});

const textOf = (entries: readonly LogEntry[], width: number | undefined): string =>
  width === undefined
    ? table([HEADER, ...entries.map(row)])
    : entries.map((entry) => block(entry, width)).join('\n');

/** Refusals from the period of `recorded`; none with `--user`, or when the request that was asked for is recorded. */
const refusedByGateway = async (
  {
    deployment,
    options,
    terminal,
  }: Context<{ user?: string; request?: string; limit?: number; since?: number }>,
  tenant: Incarnation,
  recorded: readonly LogEntry[],
): Promise<LogEntry[]> => {
  const { AccessLogGroup, AuthorizerLogGroup } = deployment.outputs;
  const { user, request: requestId, limit = NEWEST } = options;
  if (!AccessLogGroup || user !== undefined || (requestId !== undefined && recorded.length > 0)) return [];
  const { readGatewayRefusals } = await import('./gateway-refusals.ts');
  const oldest = recorded.length < limit ? 0 : (recorded[0]?.at ?? 0);
  const asked = options.since ?? Math.max(oldest, Date.now() - REFUSALS_SINCE_MS);
  // Refusals from before its creation belong to an earlier tenant of the same name.
  const since = Math.max(asked, createdAtMs(tenant));
  try {
    const query = {
      since,
      requestId,
      limit: requestId === undefined ? limit : undefined,
      authorizerLogGroup: AuthorizerLogGroup,
    };
    const { entries, unreadBefore } = await readGatewayRefusals(AccessLogGroup, tenantOf(tenant), query);
    if (unreadBefore !== undefined) {
      const time = new Date(unreadBefore).toISOString();
      terminal.stderr.write(
        `Requests that the gateway refused before ${time} are missing: the access log is too long. \`--request <id>\` finds a single one.\n`,
      );
    }
    return [...entries];
  } catch (error) {
    const why = sentenceFor(error) ?? (error as Error).name;
    terminal.stderr.write(`Requests that the gateway refused are missing: ${why}\n`);
    return [];
  }
};

const POLL_MS = 1_000;

/** How much later an entry may appear than a newer one: clocks differ, and writes take time. */
const OVERLAP_MS = 10_000;

const followLog = async (
  readLog: ReadLog,
  shown: readonly LogEntry[],
  print: (entry: LogEntry) => void,
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
    for (const entry of entries.filter((each) => !known.has(identify(each)))) print(entry);
    known = new Set(entries.map(identify));
  }
};

/** A bulk request has several entries, so its id alone does not tell them apart. */
const identify = ({ at, requestId, operation, type, id, name, status }: LogEntry) =>
  JSON.stringify([at, requestId, operation, type, id, name, status]);

const toJson = ({ at, ...entry }: LogEntry) => ({ time: new Date(at).toISOString(), ...entry });
