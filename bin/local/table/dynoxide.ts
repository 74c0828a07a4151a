// The DynamoDB emulator dynoxide: a native binary that starts in milliseconds, with its data in one SQLite file.
//
// To number a stream record it scans all existing ones, so the ten-thousandth write takes 3 ms and the fifty-thousandth 25. We
// add the index that it lacks to the file, and every write takes half a millisecond.

import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { rootPath } from '../../shared/root-path.ts';
import { StartupError } from '../startup-error.ts';
import type { Emulator } from './emulator.ts';

const binary = rootPath('node_modules/@dynoxide/linux-x64/dynoxide');

/** It is available for Linux on x64 only. */
export const isDynoxideInstalled = (): boolean => existsSync(binary);

/** Linux's file system in memory: the emulator waits for no disk there. A container may have been given little of it. */
const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 2 * 1024 ** 3;

const hasRoom = (folder: string): boolean => {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= ENOUGH_BYTES;
};

/** Keeps its data in `dataFolder`, or in a temporary file that is deleted while in use. */
export const dynoxide: Emulator = (port, dataFolder) => {
  if (!isDynoxideInstalled()) {
    throw new StartupError(
      'The DynamoDB emulator dynoxide is not installed: run `npm install`, or, on anything but Linux on x64, ' +
        'set DYNAMODB_EMULATOR=dynamodb-local, which needs Java 17.',
    );
  }
  const folder = dataFolder ?? mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'dynoxide-'));
  const file = join(folder, 'dynoxide.sqlite');
  return {
    command: [binary, 'serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', file],
    onAnswer: () => indexStreams(file),
    // A process keeps an open file, even after it is deleted.
    onSettled: () => {
      if (dataFolder === undefined) rmSync(folder, { recursive: true });
    },
  };
};

/** On the same expression that it searches the last number with. */
const indexStreams = (file: string): void => {
  const database = new DatabaseSync(file);
  database.exec(
    'CREATE INDEX IF NOT EXISTS stream_order ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
  );
  database.close();
};
