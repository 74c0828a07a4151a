// Starts `bin/local.ts` as a person does, in a process of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { findLocalRuns, type LocalRun } from '../../../bin/shared/run-file.ts';

const SCRIPT = join(__dirname, '../../../bin/local.ts');

/** This test run's own emulators are not for it. */
const environment = (changes: NodeJS.ProcessEnv) => ({
  ...process.env,
  AWS_ENDPOINT_URL_DYNAMODB: undefined,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: undefined,
  ...changes,
});

const groups = new Set<number>();

/** For `afterAll`: ends whatever a failed test has left running. */
export const killLocalProcesses = (): void => {
  for (const group of groups) process.kill(-group, 'SIGKILL');
};

export interface LocalProcess {
  readonly tenantUrl: string;
  readonly token: string;
  readonly run: LocalRun;
  /** A request below the Tenant URL with the token. */
  readonly call: (path: string, init?: RequestInit) => Promise<Response>;
  /** What it has written on standard error. */
  readonly output: () => string;
  /** Sends the signal to the run's whole process group; resolves to its exit code. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Starts a run on a free port; resolves when it says that it is ready. */
export const startLocalProcess = async (...args: string[]): Promise<LocalProcess> => {
  const child = spawn(process.execPath, [SCRIPT, '--port', '0', '--json', ...args], {
    env: environment({}),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const group = child.pid ?? 0;
  groups.add(group);
  const ended = once(child, 'exit').then(() => groups.delete(group));
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    ended.then(() => Promise.reject(new Error(output))),
  ]);
  const { tenantUrl, token } = JSON.parse(line) as { tenantUrl: string; token: string };
  const run = findLocalRuns().find(({ pid }) => pid === group);
  if (!run) throw new Error('The run left no note.');
  return {
    tenantUrl,
    token,
    run,
    output: () => output,
    call: (path, init = {}) =>
      fetch(`${tenantUrl}${path}`, {
        ...init,
        headers: { Authorization: `Bearer ${token}`, ...init.headers },
      }),
    end: async (signal) => {
      process.kill(-group, signal);
      await ended;
      return child.exitCode;
    },
  };
};

/** A run that is expected to give up: its exit code and what it wrote. */
export const failLocalProcess = async (args: string[], changes: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    env: environment(changes),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, output, errors };
};

/** Whether something answers there, or stops doing so within two seconds. */
export const stopsAnswering = async (endpoint: string): Promise<boolean> => {
  for (const deadline = Date.now() + 2000; Date.now() < deadline; ) {
    const answers = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (!answers) return true;
  }
  return false;
};
