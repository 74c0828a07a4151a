// An emulator for one test file, whose stream may grow long. dynoxide numbers a record of a stream by looking through all
// that are there, so that the ten-thousandth write takes 3 ms and the fifty-thousandth 25. With its data in a file we can
// give it the index that it lacks, and every write takes half a millisecond.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startDynamoDB } from '../../bin/local/dynamodb.ts';

/** Starts it in place of the one that all tests share; answers with what ends it. */
export const startOwnEmulator = async (): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), 'scim-scale-'));
  // Where the variable is set, nothing is started.
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const { endpoint, stop } = await startDynamoDB(folder);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
  indexStream(join(folder, 'dynoxide.sqlite'));
  return async () => {
    await stop();
    rmSync(folder, { recursive: true });
  };
};

/** The very expression that dynoxide looks for the last number by. DynamoDB Local has another file, and no need of it. */
const indexStream = (file: string): void => {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  database.exec(
    'CREATE INDEX stream_order ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
  );
  database.close();
};
