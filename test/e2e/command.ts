// Runs the commands that a person would type, to their end; Ctrl-C ends them with all that they have started.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { rootPath } from '../../bin/shared/root-path.ts';

/** What a person would read on the terminal last. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly output: string;

  constructor(command: string, outcome: string, output: string) {
    super(`\`${command}\` ${outcome}.\n${lastLines(output)}`);
    this.output = output;
  }
}

interface Options {
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  readonly minutes?: number;
}

const SHOWN_LINES = 15;

const lastLines = (output: string): string => output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');

/**
 * Runs `program` in the root of the repository and answers with what it printed on standard output. Throws
 * `CommandFailed` when it ends with another code than 0 or takes too long, and the reason of `signal` when that aborts.
 */
export const run = async (
  program: string,
  args: readonly string[],
  { signal, env, minutes = 5 }: Options,
): Promise<string> => {
  signal.throwIfAborted();
  // A process group of its own, which is ended as a whole: cdk runs the app and esbuild.
  const child = spawn(program, args, {
    cwd: rootPath(),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const killGroup = () => child.pid !== undefined && child.exitCode === null && process.kill(-child.pid);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(minutes * 60_000)]);
  limit.addEventListener('abort', killGroup, { once: true });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', ({ message }) => resolve(`did not start: ${message}`));
    child.once('close', (code) => resolve(code === 0 ? undefined : `ended with code ${code}`));
  });
  const [output, errors, failure] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  limit.removeEventListener('abort', killGroup);
  signal.throwIfAborted();
  if (failure === undefined) return output;
  const outcome = limit.aborted ? `took more than ${minutes} minutes` : failure;
  throw new CommandFailed([program, ...args].join(' '), outcome, `${output}\n${errors}`);
};

/** Runs a TypeScript file of this repository as its npm script does. */
export const runScript = (file: string, args: readonly string[], options: Options): Promise<string> =>
  run(process.execPath, [rootPath(file), ...args], options);
