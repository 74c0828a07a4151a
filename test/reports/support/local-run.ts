// A local run whose table is behind our proxy: `bin/local.ts` in its own process, with a separate emulator and a
// clock that a test can advance.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startOwnedProcess } from '../../../bin/local/process/owned-process.ts';
import { type DynamoDB, startDynamoDB } from '../../../bin/local/table/dynamodb.ts';
import { findLocalRuns } from '../../../bin/shared/run-file.ts';
import { type DynamoDBProxy, startDynamoDBProxy } from './dynamodb-proxy.ts';
import { ScimClient } from './scim-client.ts';
import { openTable, type Table } from './table.ts';
import { type Until, untilBy } from './until.ts';

const ROOT = join(__dirname, '../../..');
const READY_WITHIN_MS = 40_000;
const COMMAND_WITHIN_MS = 60_000;

export interface CommandResult {
  readonly code: number | null;
  /** What it printed; undefined when it printed nothing. */
  readonly json: unknown;
  readonly errors: string;
}

export interface RunningCommand {
  readonly result: Promise<CommandResult>;
  readonly kill: () => void;
}

export interface LocalRun {
  readonly proxy: DynamoDBProxy;
  readonly table: Table;
  /** `node bin/scim.ts <args> --json`; rejects when it fails. */
  readonly scim: (...args: string[]) => Promise<unknown>;
  /** The same command; answers with how it ended. */
  readonly tryScim: (...args: string[]) => Promise<CommandResult>;
  readonly startScim: (...args: string[]) => RunningCommand;
  /** Creates a tenant with the operator's command. */
  readonly createTenant: (id?: string) => Promise<ScimClient>;
  /** Writes a schema to a file and adds it with `schema add`. */
  readonly addSchema: (tenant: string, schema: object) => Promise<unknown>;
  /** Now, by the clock of the run and its commands. */
  readonly now: () => number;
  /** Advances that clock; only while no request is in flight, or the request appears to take that long. */
  readonly skip: (ms: number) => void;
  /** `until` by that clock, which advances it instead of waiting. */
  readonly skipUntil: Until;
  readonly stop: () => Promise<void>;
}

export const freshName = (): string => `r${randomBytes(5).toString('hex')}`;

/** Starts emulator, proxy and run; resolves when requests are served. */
export const startLocalRun = async (): Promise<LocalRun> => {
  await using started = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'scim-reports-'));
  started.defer(() => rmSync(folder, { recursive: true, force: true }));
  const emulator = await startOwnDynamoDB();
  started.defer(emulator.stop);
  const proxy = await startDynamoDBProxy(emulator.endpoint);
  started.defer(proxy.stop);
  const clock = startClock(folder);
  started.defer(clock.close);
  const current = await startProcess({ folder, dynamodb: proxy.endpoint, preload: clock.preload });
  started.defer(() => current.end());
  const table = await openTable(emulator.endpoint, current.tableName);
  started.defer(() => table.close());

  const startScim = (...args: string[]): RunningCommand => {
    const child = spawn(
      process.execPath,
      [clock.preload, join(ROOT, 'bin/scim.ts'), ...args, '--json', '--port', String(current.port)],
      {
        env: { ...process.env, ...EMULATORS, NODE_COMPILE_CACHE },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: COMMAND_WITHIN_MS,
      },
    );
    const result = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
      ([output, errors, [code]]) => ({
        code: code as number | null,
        json: output.trim() ? JSON.parse(output) : undefined,
        errors,
      }),
    );
    return { result, kill: () => child.kill('SIGKILL') };
  };
  const tryScim = (...args: string[]) => startScim(...args).result;
  const scim = async (...args: string[]) => {
    const { code, json, errors } = await tryScim(...args);
    if (code !== 0) throw new Error(`scim ${args.join(' ')}: ${code} ${errors}`);
    return json;
  };
  const owned = started.move();
  return {
    proxy,
    table,
    scim,
    tryScim,
    startScim,
    createTenant: async (id = freshName()) => {
      const { tenantUrl, token } = (await scim('tenant', 'create', id)) as {
        tenantUrl: string;
        token: string;
      };
      return new ScimClient(id, tenantUrl, token);
    },
    addSchema: async (tenant, schema) => {
      const file = join(folder, `${freshName()}.json`);
      writeFileSync(file, JSON.stringify(schema));
      return scim('schema', 'add', tenant, file);
    },
    now: clock.now,
    skip: clock.skip,
    skipUntil: untilBy({ now: clock.now, wait: clock.pass }),
    stop: async () => {
      proxy.reset();
      await owned.disposeAsync();
    },
  };
};

/** Without the variables of Jest's own emulators. */
const EMULATORS = {
  AWS_ENDPOINT_URL_DYNAMODB: undefined,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: undefined,
  AWS_ENDPOINT_URL_EVENTBRIDGE: undefined,
};

const startOwnDynamoDB = async (): Promise<DynamoDB> => {
  const { AWS_ENDPOINT_URL_DYNAMODB: given } = process.env;
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  try {
    return await startDynamoDB();
  } finally {
    if (given !== undefined) process.env.AWS_ENDPOINT_URL_DYNAMODB = given;
  }
};

/** What many commands load, the first one of all runs compiles. */
const NODE_COMPILE_CACHE = join(tmpdir(), 'scim-reports-compiled');

/** So long we wait for every second that is skipped, so that what comes due within it gets done. */
const REAL_MS_PER_SECOND = 50;

/** The clock that the processes of a run have (skipped-clock.ts), and how to set it. */
const startClock = (folder: string) => {
  const path = join(folder, 'skipped');
  const file = openSync(path, 'w');
  let skippedMs = 0;
  const skip = (ms: number) => {
    skippedMs += ms;
    writeSync(file, new Float64Array([skippedMs]), 0, Float64Array.BYTES_PER_ELEMENT, 0);
  };
  const pass = async (ms: number) => {
    const reallyMs = (ms / 1000) * REAL_MS_PER_SECOND;
    skip(ms - reallyMs);
    await sleep(reallyMs);
  };
  const preload = pathToFileURL(join(__dirname, 'skipped-clock.ts'));
  preload.searchParams.set('file', path);
  return {
    preload: `--import=${preload}`,
    now: () => Date.now() + skippedMs,
    skip,
    pass,
    close: () => closeSync(file),
  };
};

interface RunStart {
  readonly folder: string;
  readonly dynamodb: string;
  /** Node's option for the clock. */
  readonly preload: string;
}

interface RunProcess {
  readonly port: number;
  readonly tableName: string;
  readonly end: () => Promise<void>;
}

/** Ends with this process, however that ends. */
const startProcess = async ({ folder, dynamodb, preload }: RunStart): Promise<RunProcess> => {
  const environment = Object.keys(EMULATORS).flatMap((name) => ['-u', name]);
  const run = [join(ROOT, 'bin/local.ts'), '--json', '--port', '0', '--data', join(folder, 'data')];
  const { child, ended, lastOutput, stop } = startOwnedProcess('env', [
    ...environment,
    `AWS_ENDPOINT_URL_DYNAMODB=${dynamodb}`,
    process.execPath,
    preload,
    ...run,
  ]);
  if (!child.stdout) throw new Error('The local run has no output.');
  const impatient = setTimeout(() => void stop(), READY_WITHIN_MS);
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<[string]>,
    ended.then(() => Promise.reject(new Error(`The local run ended: ${lastOutput()}`))),
  ]);
  clearTimeout(impatient);
  const { tenantUrl } = JSON.parse(line) as { tenantUrl: string };
  const note = findLocalRuns().find(({ pid }) => pid === child.pid);
  if (!note) throw new Error('The run left no note.');
  return { port: Number(new URL(tenantUrl).port), tableName: note.tableName, end: stop };
};
