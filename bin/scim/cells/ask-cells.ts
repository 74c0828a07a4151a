// Runs one command on several cells. The modules of lambdas/ serve one deployment, which they read from the environment when
// they load, so each cell gets a process of its own.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import pMap from 'p-map';
import { rootPath } from '../../shared/root-path.ts';
import { OperatorError } from '../errors/operator-error.ts';
import type { Cells } from './cells.ts';

/** Processes at a time: each takes about 150 MB for a second or two. */
const AT_ONCE = 4;

interface CellAnswer {
  readonly cell: string;
  readonly json: unknown;
}

/** The answers of all cells; throws an `OperatorError` when a cell fails, because a partial answer could mislead. */
export const askCells = ({ file, byName }: Cells, command: readonly string[]): Promise<CellAnswer[]> =>
  pMap(
    Object.keys(byName),
    async (cell) => {
      const { exitCode, stdout, stderr } = await run(['--cells', file, '--cell', cell, '--json', ...command]);
      if (exitCode === 0) return { cell, json: JSON.parse(stdout) };
      throw new OperatorError(
        `Cell ${cell} does not answer: ${sentenceIn(stderr)} Name the cell with --cell.`,
      );
    },
    { concurrency: AT_ONCE },
  );

const run = async (args: readonly string[]) => {
  const child = spawn(process.execPath, [rootPath('bin/scim.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
};

/** With --json the last line says why a command failed; Node may have printed warnings before it. */
const sentenceIn = (stderr: string): string => {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last).error;
  } catch {
    return last;
  }
};
