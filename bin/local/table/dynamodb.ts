// DynamoDB on this machine: the emulator that is installed, on a port of its own, for as long as we run.

import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../process/free-port.ts';
import { type OwnedProcess, startOwnedProcess } from '../process/owned-process.ts';
import { StartupError } from '../startup-error.ts';
import { dynamodbLocal } from './dynamodb-local.ts';
import { dynoxide, isDynoxideInstalled } from './dynoxide.ts';
import type { Emulator } from './emulator.ts';

export interface DynamoDB {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** Java on a busy machine takes its time. */
const ANSWERS_WITHIN_MS = 60_000;

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
