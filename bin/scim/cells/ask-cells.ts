// What several cells answer to one command. The modules of lambdas/ are for one deployment, which they read from the
// environment when they are loaded, so each cell is asked in a process of its own.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import pMap from 'p-map';
import { rootPath } from '../../local/root-path.ts';
import { OperatorError } from '../command/operator-error.ts';
import type { Cells } from './cells.ts';

/** Processes at a time: each takes some 150 MB for a second or two. */
const AT_ONCE = 4;

export interface CellAnswer {
  readonly cell: string;
  readonly json: unknown;
}

/** The answers of all cells; throws when one of them has none, because what it does not say may matter most. */
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

/** With --json a failed command says why in the last line; Node may have warned of something before. */
const sentenceIn = (stderr: string): string => {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last).error;
  } catch {
    return last;
  }
};
