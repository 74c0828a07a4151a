// A terminal that remembers what was written and types what it is told to.

import { spawn } from 'node:child_process';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { rootPath } from '../../../bin/local/root-path.ts';
import { runCommandLine } from '../../../bin/scim/command-line.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command with --json writes on standard error when it succeeds: the deployment that it ran on. */
export const TARGET_LINE: unknown = expect.stringMatching(/^\{"target":"[^"]+"\}\n$/);

/**
 * Runs `npm run scim -- <line>`; with `typed`, somebody sits there and types it, else nobody can be asked.
 */
export const scim = async (line: string, typed?: string): Promise<Outcome> => {
  const stdin = Object.assign(Readable.from(typed === undefined ? [] : [typed]), {
    isTTY: typed !== undefined,
  });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const args = line.split(' ').filter((word) => word !== '');
  const exitCode = await runCommandLine(args, { stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  return { exitCode, stdout: await text(stdout), stderr: await text(stderr) };
};

/** The same in a process of its own, as npm runs it, where nothing was loaded before; with `environment` beside that of the test. */
export const scimProcess = (line: string, environment: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [rootPath('bin/scim.ts'), ...line.split(' ')], {
      env: { ...process.env, ...environment },
    });
    const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
    child.once('close', async (exitCode) => {
      const [stdout, stderr] = await outputs;
      resolve({ exitCode: exitCode ?? -1, stdout, stderr });
    });
  });
