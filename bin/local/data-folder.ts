// The folder that --data names: created when it is missing, and used by one run at a time.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive } from '../shared/run-file.ts';
import { StartupError } from './startup-error.ts';

interface DataFolder {
  readonly path: string;
  readonly release: () => void;
}

/** Claims the folder; throws a `StartupError` while another run uses it. The claim of a killed run is ignored. */
export const openDataFolder = (given: string): DataFolder => {
  const path = resolve(given);
  const owner = join(path, 'owner.pid');
  try {
    mkdirSync(path, { recursive: true });
    takeOwnership(path, owner);
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`The folder ${path} cannot be used: ${(error as Error).message}.`);
  }
  return { path, release: () => rmSync(owner, { force: true }) };
};

const takeOwnership = (path: string, owner: string): void => {
  try {
    writeFileSync(owner, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const pid = Number(readFileSync(owner, 'utf8'));
    if (pid > 0 && isAlive(pid)) {
      throw new StartupError(
        `The data in ${path} is in use by process ${pid}: stop that run, or name another folder with --data ` +
          `(if process ${pid} is something else, delete ${owner}).`,
      );
    }
    rmSync(owner, { force: true });
    takeOwnership(path, owner);
  }
};
