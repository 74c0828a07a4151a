// Runs the operator's command line as a script would: its arguments, exit code and output.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { rootPath } from '../../bin/shared/root-path.ts';

export interface CommandResult {
  readonly argv: readonly string[];
  /** The exit code, or the signal that ended it. */
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

const ENDS_WITHIN_MS = 60_000;

/** Without this machine's AWS settings, and without access to AWS: calls that the local run does not emulate fail at once. */
const environment = (): NodeJS.ProcessEnv => {
  const { PATH, TMPDIR } = process.env;
  return {
    PATH,
    TMPDIR,
    HOME: '/nonexistent',
    COLUMNS: '200',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  };
};

/** Runs `npm run scim -- <argv>`; `endAfterLines` ends it once it has printed so many lines. */
export const runScim = async (
  argv: readonly string[],
  endAfterLines = Number.POSITIVE_INFINITY,
): Promise<CommandResult> => {
  const child = spawn(process.execPath, [rootPath('bin/scim.ts'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: rootPath(),
    env: environment(),
    timeout: ENDS_WITHIN_MS,
  });
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    lines += chunk.toString().split('\n').length - 1;
    if (lines >= endAfterLines) child.kill('SIGINT');
  });
  const [stdout, stderr, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  process.off('exit', end);
  return { argv, exit: signal ?? code ?? 'unknown', stdout, stderr };
};

export interface CommandDescription {
  /** `tenant create` */
  readonly name: string;
  readonly usage: string;
  readonly options: readonly string[];
  readonly commands: readonly string[];
}

/** Every command with its options, as `--help` prints them, without their explanations. */
export const describeCommands = async (path: readonly string[] = []): Promise<CommandDescription[]> => {
  const { stdout } = await runScim([...path, '--help']);
  const commands = entriesIn(stdout, 'Commands');
  const here = {
    name: path.join(' '),
    usage: /^Usage: (.*)$/m.exec(stdout)?.[1] ?? '',
    options: entriesIn(stdout, 'Options'),
    commands,
  };
  const names = commands.map((command) => command.split(' ')[0] ?? '').filter((name) => name !== 'help');
  const inner: CommandDescription[] = [];
  for (const name of names) inner.push(...(await describeCommands([...path, name])));
  return [here, ...inner];
};

/** The left column of a section of a help text. */
const entriesIn = (help: string, section: string): string[] => {
  const [, lines = ''] = new RegExp(`^${section}:\\n((?: .*\\n?)*)`, 'm').exec(help) ?? [];
  return lines.split('\n').flatMap((line) => /^ {2}(\S.*?)(?: {2,}.*)?$/.exec(line)?.[1] ?? []);
};
