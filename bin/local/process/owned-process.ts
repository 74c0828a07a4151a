// A child process that ends with its parent, even when the parent is killed with SIGKILL and cannot stop it.

import { type ChildProcess, spawn } from 'node:child_process';

/**
 * The shell becomes the command (`exec`); a background job waits until the pipe that only the parent holds open is closed, and
 * then kills the command. The kernel closes that pipe however the parent dies.
 */
const WATCHED = 'exec 3<&0; { cat <&3 >/dev/null; kill -9 $$ 2>/dev/null; } >/dev/null 2>&1 & exec "$@" 3<&-';

/** A child process that was started. */
export interface OwnedProcess {
  readonly child: ChildProcess;
  /** The end of its output, to explain why it ended. */
  readonly lastOutput: () => string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** Stops the process and waits until it has ended; idempotent. */
  readonly stop: () => Promise<void>;
}

/** Starts `command` in its own process group, so that Ctrl-C reaches us first and we stop it in order. */
export const startOwnedProcess = (command: string, args: readonly string[], cwd?: string): OwnedProcess => {
  const child = spawn('sh', ['-c', WATCHED, 'sh', command, ...args], { cwd, detached: true, stdio: 'pipe' });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-2000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.stdin.on('error', () => {}); // the pipe breaks when the process ends first, which `ended` reports
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve();
    });
    child.once('exit', () => resolve());
  });
  const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const stop = async () => {
    if (running()) child.kill('SIGTERM');
    const impatient = setTimeout(() => running() && child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(impatient);
    child.stdin.destroy();
  };
  return { child, lastOutput: () => output.trim(), ended, stop };
};
