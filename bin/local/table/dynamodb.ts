// DynamoDB on this machine: starts the installed emulator on a free port, and stops it with the run. Start here.

import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../process/free-port.ts';
import { type OwnedProcess, startOwnedProcess } from '../process/owned-process.ts';
import { StartupError } from '../startup-error.ts';
import { dynamodbLocal } from './dynamodb-local.ts';
import { dynoxide, isDynoxideInstalled } from './dynoxide.ts';
import type { Emulator } from './emulator.ts';

/** The running emulator. */
export interface DynamoDB {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** Java is slow to start on a busy machine. */
const ANSWERS_WITHIN_MS = 60_000;

const emulators: Readonly<Record<string, Emulator>> = { dynoxide, 'dynamodb-local': dynamodbLocal };

const chooseEmulator = (): Emulator => {
  const chosen = process.env.DYNAMODB_EMULATOR || (isDynoxideInstalled() ? 'dynoxide' : 'dynamodb-local');
  const emulator = Object.hasOwn(emulators, chosen) ? emulators[chosen] : undefined;
  if (emulator) return emulator;
  const known = Object.keys(emulators).join(' or ');
  throw new StartupError(`DYNAMODB_EMULATOR is "${chosen}"; it must be ${known}.`);
};

/** Any HTTP answer counts: an emulator refuses a bare GET, but is up. */
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
  const fate = ended ? 'exited at once' : `did not answer within ${ANSWERS_WITHIN_MS / 1000} s`;
  await emulator.stop();
  throw new StartupError(`The DynamoDB emulator ${fate}: ${emulator.lastOutput() || 'it printed nothing'}.`);
};

/**
 * Starts the emulator that `DYNAMODB_EMULATOR` names (`dynoxide` or `dynamodb-local`; without it, the one that is
 * installed) and waits until it answers. Keeps its data in `dataFolder`, or in memory. When
 * `AWS_ENDPOINT_URL_DYNAMODB` is set, that database is used, and nothing is started or stopped.
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
