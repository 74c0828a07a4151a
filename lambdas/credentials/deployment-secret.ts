// The secret of the deployment, from which the MAC of every token and the keys of all webhooks come. A function keeps it in
// memory, with the value from before its last rotation: both are good.

import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import { logError } from '../platform/log.ts';
import { within } from '../platform/within.ts';
import { TokenError } from './errors.ts';
import { secrets, unlessAbsent } from './secrets-manager.ts';

/** Its ARN or name. */
const { DEPLOYMENT_SECRET_ID: SecretId } = readEnvironment({ DEPLOYMENT_SECRET_ID: v.optional(v.string()) });

/** One value of the secret. */
export interface SecretGeneration {
  readonly value: string;
  readonly madeAt: Date;
}

/** The current one, and after a rotation the one before. */
export type Generations = readonly [SecretGeneration, ...SecretGeneration[]];

/**
 * Reads the secret, for whoever makes something from it, and remembers it. Throws a `TokenError` when it is not there; an
 * outage of Secrets Manager rejects.
 */
export const readGenerations = async (): Promise<Generations> => {
  const current = await readGeneration('AWSCURRENT');
  if (!current) throw noDeploymentSecret();
  // The previous one second: a rotation between the two reads then hides only what nothing was made from yet.
  const previous = await readGeneration('AWSPREVIOUS');
  const generations: Generations =
    previous && previous.value !== current.value ? [current, previous] : [current];
  known = { generations, readAtMs: Date.now() };
  return generations;
};

const readGeneration = async (VersionStage: string): Promise<SecretGeneration | undefined> => {
  if (!SecretId) return undefined;
  const found = await unlessAbsent(secrets.send(new GetSecretValueCommand({ SecretId, VersionStage })));
  if (found?.SecretString === undefined) return undefined;
  return { value: found.SecretString, madeAt: found.CreatedDate ?? new Date(0) };
};

const noDeploymentSecret = () =>
  new TokenError(
    'noDeploymentSecret',
    SecretId
      ? `The secret of the deployment was deleted; \`aws secretsmanager restore-secret --secret-id ${SecretId}\` brings it back.`
      : 'The deployment has no secret (output DeploymentSecretArn): deploy this version of the stack with `npx cdk deploy`.',
  );

/** What a function knows of the secret, and since when (milliseconds since the epoch). */
export interface Memory {
  readonly generations: Generations;
  readonly readAtMs: number;
}

/** So long a function works with what it has read. */
const FRESH_MS = 2 * 60_000;

/** How soon it reads again at the earliest, whatever it is sent, and whether or not it could read. */
export const PAUSE_MS = 10_000;

let known: Memory | undefined;
let reading: Promise<void> | undefined;
let triedAtMs = Number.NEGATIVE_INFINITY;

/**
 * The secret as this function knows it; undefined when it could not be read yet. Read again when it was read longer than
 * `freshMs` ago, with `patienceMs` for that; what was read before stays when that fails.
 */
export const knownGenerations = async (
  patienceMs: number,
  freshMs = FRESH_MS,
): Promise<Memory | undefined> => {
  const now = Date.now();
  const isFresh = known !== undefined && now - known.readAtMs < freshMs;
  if (isFresh) return known;
  if (!reading && now - triedAtMs >= PAUSE_MS) {
    triedAtMs = now;
    reading = remember();
  }
  // What comes too late is known the next time.
  if (reading) await within(patienceMs, reading).catch(() => {});
  return known;
};

/** Never rejects. */
const remember = async (): Promise<void> => {
  try {
    await readGenerations();
  } catch (error) {
    logError('The secret of the deployment could not be read.', error, {});
  } finally {
    reading = undefined;
  }
};
