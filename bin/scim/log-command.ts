// scim log: what the identity provider of a tenant changed, what was refused, and why.

import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import type { LogEntry, ReadLog } from '../../lambdas/directory/provisioning-log.ts';
import type { TenantId } from '../../lambdas/platform/tenant.ts';
import { type Answer, table } from './answer.ts';
import type { Context } from './context.ts';
import { columns, HEADER, row } from './log-table.ts';

/** Without `--limit`, and without `--request`, which asks for certain ones. */
const NEWEST = 50;

/** The newest entries, oldest first; with `--follow` it goes on with those to come, until it is ended. */
export const showLog = async ({ options, terminal }: Context, id: TenantId): Promise<Answer | undefined> => {
  await (await import('../../lambdas/directory/tenants.ts')).readTenant(id);
  const { user, failed, request: requestId, since, limit, follow, json } = options;
  const { openLog } = await import('../../lambdas/directory/provisioning-log.ts');
  const readLog = await openLog(id, { user, failed, requestId });
  const newest = limit ?? (requestId === undefined ? NEWEST : undefined);
  const entries = await readLog({ since, limit: newest });
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
