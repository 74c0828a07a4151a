// The simulator's own local server, for when no --url is given: started before the run and stopped after it, whatever happens.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isObject, parseJson } from './json.ts';
import { CannotSimulate } from './options.ts';

/** A server that is ready for requests. */
export interface Server {
  /** The URL of its first tenant. */
  readonly tenantUrl: string;
  /** That tenant's bearer token. */
  readonly token: string;
  /** Stops the server; resolves when it and everything it started has ended. */
  readonly stop: () => Promise<void>;
}

/** A server that was started here. */
export interface LocalServer extends Server {
  /** Where the operator's commands find it: their `SCIM_RUN_FOLDER`. */
  readonly runFolder: string;
}

const READY_SECONDS = 60;
const STOP_SECONDS = 15;
const KEPT_LINES = 15;

/** Runs `node <script> --json --port <port>` until it prints its tenant. Throws CannotSimulate with its last output. */
export const startLocalServer = async (script: string, port: number): Promise<LocalServer> => {
  // The operator's commands find the run that somebody works with, never this one.
  const runs = mkdtempSync(join(tmpdir(), 'scim-simulate-'));
  // In its own process group: Ctrl-C reaches only us, and we stop the server once, in order.
  const server = spawn(process.execPath, [script, '--json', '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, SCIM_RUN_FOLDER: runs },
  });
  const lastOutput = lastLinesOf(server);
  const release = endWithUs(server, runs);
  const stop = async () => {
    await end(server);
    release();
  };
  try {
    return { ...(await readiness(server, lastOutput)), runFolder: runs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Stops the server and removes `folder` however the simulator ends; returns a function that removes these handlers. */
const endWithUs = (server: ChildProcess, folder: string): (() => void) => {
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const interrupt = () => {
    server.kill('SIGINT');
    remove();
  };
  const handlers = Object.entries(SIGNALS).map(
    ([signal, code]) => [signal, () => void end(server).finally(() => process.exit(code))] as const,
  );
  process.once('exit', interrupt);
  for (const [signal, handler] of handlers) process.once(signal, handler);
  return () => {
    remove();
    process.off('exit', interrupt);
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
};

const lastLinesOf = (server: ChildProcess): string[] => {
  const lines: string[] = [];
  if (server.stderr) {
    createInterface(server.stderr).on('line', (line) => {
      lines.push(line);
      lines.splice(0, lines.length - KEPT_LINES);
    });
  }
  return lines;
};

const readiness = (server: ChildProcess, lastOutput: readonly string[]) =>
  new Promise<{ tenantUrl: string; token: string }>((resolve, reject) => {
    const fail = (what: string) =>
      reject(new CannotSimulate([`The local server ${what}.`, ...lastOutput].join('\n')));
    const timer = setTimeout(() => fail(`was not ready within ${READY_SECONDS} s`), READY_SECONDS * 1000);
    server.once('error', (error) => fail(`did not start: ${error.message}`));
    // 'close', not 'exit': by then its output is complete.
    server.once('close', (code) => {
      clearTimeout(timer);
      fail(`ended before it was ready (exit code ${code})`);
    });
    if (!server.stdout) return;
    createInterface(server.stdout).once('line', (line) => {
      clearTimeout(timer);
      const tenant = parseJson(line);
      if (isObject(tenant) && typeof tenant.tenantUrl === 'string' && typeof tenant.token === 'string') {
        resolve({ tenantUrl: tenant.tenantUrl, token: tenant.token });
      } else fail('did not print its tenant as one line of JSON');
    });
  });

const end = async (server: ChildProcess): Promise<void> => {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGINT');
  const force = setTimeout(() => server.kill('SIGKILL'), STOP_SECONDS * 1000);
  await gone;
  clearTimeout(force);
};
