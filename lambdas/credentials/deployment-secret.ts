// The deployment secret, from which the MAC of every token and the signing secrets of all webhooks are derived. A function
// caches it with the value before its last rotation: both are accepted.

import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import { logError } from '../platform/log.ts';
import { withTimeout } from '../platform/with-timeout.ts';
import { TokenError } from './errors.ts';
import { secrets, unlessAbsent } from './secrets-manager.ts';

/** The ARN or name of the deployment secret. */
const { DEPLOYMENT_SECRET_ID: SecretId } = readEnvironment({ DEPLOYMENT_SECRET_ID: v.optional(v.string()) });

/** One value of the secret. */
export interface SecretGeneration {
  readonly value: string;
  readonly madeAt: Date;
}

/** The current generation and, after a rotation, the previous one. */
export type Generations = readonly [SecretGeneration, ...SecretGeneration[]];

/**
 * Reads the secret, to derive something new from it, and caches it. Throws a `TokenError` (`noDeploymentSecret`) when it
 * does not exist; rejects with the SDK's error when Secrets Manager fails.
 */
export const readGenerations = async (): Promise<Generations> => {
  const current = await readGeneration('AWSCURRENT');
  if (!current) throw noDeploymentSecret();
  // Previous last: a rotation between the two reads then hides only a generation from which nothing was derived yet.
  const previous = await readGeneration('AWSPREVIOUS');
  const generations: Generations =
    previous && previous.value !== current.value ? [current, previous] : [current];
  cached = { generations, readAtMs: Date.now() };
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
      ? `The deployment secret was deleted; \`aws secretsmanager restore-secret --secret-id ${SecretId}\` restores it.`
      : 'The deployment has no secret (output DeploymentSecretArn): deploy this version of the stack with `npx cdk deploy`.',
  );

/** The cached secret, and when it was read (milliseconds since the epoch). */
interface CachedGenerations {
  readonly generations: Generations;
  readonly readAtMs: number;
}

/** How long the cached secret is used without reading it again. */
export const FRESH_MS = 2 * 60_000;

/** The shortest time between two reads, whatever tokens arrive and whether or not the last read succeeded. */
export const MIN_REREAD_MS = 10_000;

let cached: CachedGenerations | undefined;
let reading: Promise<void> | undefined;
let triedAtMs = Number.NEGATIVE_INFINITY;

/**
 * The cached secret; undefined when it could not be read yet. Reads it again when the cached one is older than `freshMs`,
 * and waits `patienceMs` for that; when the read fails or is slow, the cached one is used.
 */
export const cachedGenerations = async (
  patienceMs: number,
  freshMs = FRESH_MS,
): Promise<CachedGenerations | undefined> => {
  const now = Date.now();
  const isFresh = cached !== undefined && now - cached.readAtMs < freshMs;
  if (isFresh) return cached;
  if (!reading && now - triedAtMs >= MIN_REREAD_MS) {
    triedAtMs = now;
    reading = refresh();
  }
  // A read that takes longer still fills the cache for the next call.
  if (reading) await withTimeout(patienceMs, reading).catch(() => {});
  return cached;
};

/** Never rejects. */
const refresh = async (): Promise<void> => {
  try {
    await readGenerations();
  } catch (error) {
    logError('The deployment secret could not be read.', error, {});
  } finally {
    reading = undefined;
  }
};
