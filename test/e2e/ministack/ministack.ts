// MiniStack (PyPI): the emulator that CDK deploys to and that runs the functions. Installed once, started for each run.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../bin/local/process/free-port.ts';
import { startOwnedProcess } from '../../../bin/local/process/owned-process.ts';
import { rootPath } from '../../../bin/local/root-path.ts';
import { CommandFailed, run } from '../command.ts';

/** MiniStack is not to be had on this machine: nothing that we could be blamed for. */
export class CannotInstall extends Error {
  override readonly name = 'CannotInstall';
}

export interface MiniStack {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

const here = import.meta.dirname;
const environment = rootPath('.local/e2e/python');
const python = join(environment, 'bin/python');

const ANSWERS_WITHIN_MS = 60_000;

/** A virtual environment below .local, made once for each version of the requirements. Throws `CannotInstall`. */
export const installMiniStack = async (signal: AbortSignal): Promise<void> => {
  const requirements = join(here, 'requirements.txt');
  const note = join(environment, 'installed.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(note) && readFileSync(note, 'utf8') === wanted) return;
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(environment, { recursive: true });
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input', '--retries', '1'];
  try {
    await run('python3', ['-m', 'venv', environment], { signal });
    await run(python, ['-m', 'pip', 'install', ...quiet, '-r', requirements], { signal });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new CannotInstall(error.output.trim().split('\n').at(-1) ?? error.message);
  }
  writeFileSync(note, wanted);
};

/** Starts it on a free port of 127.0.0.1, with a folder of its own for what it leaves in /tmp, and waits for its answer. */
export const startMiniStack = async (signal: AbortSignal): Promise<MiniStack> => {
  const port = await freePort();
  // Not below the repository, whose package.json would make ES modules of MiniStack's scripts.
  const folder = mkdtempSync(join(tmpdir(), 'scim-e2e-'));
  const settings = [
    `GATEWAY_PORT=${port}`,
    'BIND_HOST=127.0.0.1',
    'IOT_MTLS_ENABLED=0',
    'SFTP_ENABLED=0',
    `TMPDIR=${folder}`,
    // Functions inherit it: the receiver of the trial is on this machine.
    'WEBHOOK_LOOPBACK=allowed',
    // It runs functions with the `node` that it finds: that of this repository.
    `PATH=${dirname(process.execPath)}:${process.env.PATH}`,
  ];
  const owned = startOwnedProcess('env', [...settings, python, join(here, 'launch.py')], rootPath());
  const stop = async () => {
    await owned.stop();
    endGroup(owned.child.pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await waitUntilHealthy(endpoint, owned.ended, signal);
  } catch (error) {
    await stop();
    throw new Error(`MiniStack did not start: ${owned.lastOutput()}`, { cause: error });
  }
  return { endpoint, stop };
};

/** The functions' processes outlast it by some seconds; they are of its process group. */
const endGroup = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {} // Nobody is left of it.
};

const waitUntilHealthy = async (endpoint: string, ended: Promise<void>, signal: AbortSignal) => {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]);
  const healthy = async () => {
    for (;;) {
      const answer = await fetch(`${endpoint}/_ministack/health`, { signal: limit }).catch(() => undefined);
      if (answer?.ok) return;
      await delay(100, undefined, { signal: limit });
    }
  };
  const early = ended.then(() => Promise.reject(new Error('It ended.')));
  await Promise.race([healthy(), early]);
};
