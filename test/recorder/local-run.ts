// The local run that is recorded, the events on its bus, and how to wait until its stream is processed.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BusEvent } from '../../bin/local/events/bus.ts';

export type SeenEvent = Pick<BusEvent, 'source' | 'detailType' | 'detail'>;

export interface RecordedRun {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly port: number;
  /** The token of the tenant that every local run has. */
  readonly token: string;
  /** The events on the bus so far. */
  readonly events: SeenEvent[];
  readonly stop: () => Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 10_000;
const LAST_WORDS = 2000;

/** Starts a local run on a free port; it ends with this process, however that ends. */
export const startRecordedRun = async (): Promise<RecordedRun> => {
  const child = fork(join(import.meta.dirname, 'server.ts'), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS);
  });
  const events: SeenEvent[] = [];
  const ready = Promise.withResolvers<{ tenantUrl: string; token: string }>();
  child.on('message', (message: { event?: SeenEvent; ready?: { tenantUrl: string; token: string } }) => {
    if (message.event) events.push(message.event);
    if (message.ready) ready.resolve(message.ready);
  });
  child.once('exit', (code) => ready.reject(new Error(`The local run ended (${code}): ${lastWords}`)));
  const impatient = setTimeout(
    () => ready.reject(new Error(`It is not ready: ${lastWords}`)),
    READY_WITHIN_MS,
  );
  try {
    const { tenantUrl, token } = await ready.promise;
    const { origin, port } = new URL(tenantUrl);
    return { origin, port: Number(port), token, events, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    clearTimeout(impatient);
  }
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.disconnect();
  const force = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
  await gone;
  clearTimeout(force);
};

/** Waits until `holds`, for 20 seconds at most. */
export const waitUntil = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + 20_000; Date.now() < end; await delay(20)) if (await holds()) return;
  throw new Error(`The recorder waited in vain until ${what}.`);
};

/** The tenant of `settleBy`; it is not recorded. */
export const PROBE_TENANT = 'probe';

/**
 * Creates a function that waits until everything written so far is processed: it changes a user of another tenant, which
 * comes later in the same stream, so once that event is on the bus, all earlier ones are too.
 */
export const settleBy = async ({ origin, events }: RecordedRun, token: string) => {
  const users = `${origin}/scim/${PROBE_TENANT}/v2/Users`;
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' };
  const send = async (method: string, url: string, body: object) => {
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`The probe was answered ${response.status}.`);
    return (await response.json()) as { id: string };
  };
  const { id } = await send('POST', users, { userName: PROBE_TENANT });
  let title = 0;
  return async (): Promise<void> => {
    const seen = () => events.filter(isUpdateOf(id)).length;
    const before = seen();
    title += 1;
    await send('PUT', `${users}/${id}`, { userName: PROBE_TENANT, title: String(title) });
    await waitUntil('the stream is followed', () => seen() > before);
  };
};

const isUpdateOf =
  (id: string) =>
  ({ detailType, detail }: SeenEvent): boolean =>
    detailType === 'user.updated' && (detail as { resource: { id: string } }).resource.id === id;
