// Creates, moves and ends the tokens in a tenant's secret: all calls to Secrets Manager that change one.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { now } from '../platform/clock.ts';
import { type Incarnation, tenantOf } from '../platform/tenant.ts';
import { MIN_REREAD_MS, readGenerations } from './deployment-secret.ts';
import { TokenError } from './errors.ts';
import { isSeenInTime } from './read-back.ts';
import { secretName, secrets, unlessAbsent } from './secrets-manager.ts';
import { makeToken, type TokenKey } from './token.ts';
import { readCurrentToken, readStages, readToken, type TokenVersion } from './token-secret.ts';

/**
 * Generates a token, without storing it. Just after a rotation of the deployment secret it first waits until every function
 * may read that again: one with only the old value cached would take the token for a forgery.
 */
const newToken = async (key: TokenKey): Promise<string> => {
  const [current, previous] = await readGenerations();
  const ageMs = now() - current.madeAt.getTime();
  if (previous && ageMs < MIN_REREAD_MS) await sleep(MIN_REREAD_MS - Math.max(0, ageMs));
  return makeToken(key, current.value);
};

/** Waits until the write is seen, so that the next step does not read the state before it; throws `notSeen` otherwise. */
const waitUntil = async (tenant: Incarnation, isSeen: () => Promise<boolean>): Promise<void> => {
  if (await isSeenInTime(isSeen)) return;
  throw new TokenError(
    'notSeen',
    `Secrets Manager does not show yet what was written to the token of ${tenantOf(tenant)}; the old token is as it was. ` +
      'Repeat this command.',
  );
};

/** Creates the secret with a first token. Idempotent: if the secret exists, returns its current token. */
export const createToken = async (key: TokenKey): Promise<TokenVersion> => {
  const SecretString = await newToken(key);
  try {
    await secrets.send(
      new CreateSecretCommand({
        Name: secretName(key.tenant),
        Description: `The SCIM bearer token of tenant ${tenantOf(key.tenant)}.`,
        ClientRequestToken: key.keyId,
        SecretString,
      }),
    );
    await waitUntil(key.tenant, async () => (await readCurrentToken(key.tenant)) !== undefined);
  } catch (error) {
    if (error instanceof InvalidRequestException) throw beingDeleted(secretName(key.tenant));
    if (!(error instanceof ResourceExistsException)) throw error;
  }
  const created = await readCurrentToken(key.tenant);
  if (!created) throw beingDeleted(secretName(key.tenant));
  return created;
};

const beingDeleted = (name: string) =>
  new TokenError(
    'beingDeleted',
    `The secret ${name} is still being deleted; try again in a minute, ` +
      'or, if it was deleted by hand with a recovery window, restore it or delete it at once.',
  );

/** Creates the token with this key id, pending, so not accepted yet. Idempotent: an existing one stays as it is. */
export const createPendingToken = async (key: TokenKey): Promise<void> => {
  if (await readToken(key)) return;
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: secretName(key.tenant),
      ClientRequestToken: key.keyId,
      SecretString: await newToken(key),
      VersionStages: ['AWSPENDING'],
    }),
  );
  await waitUntil(
    key.tenant,
    async () => (await readToken(key)) !== undefined && (await readStages(key.tenant)).pending === key.keyId,
  );
};

/**
 * Makes `to` the current token and `from` the previous one, atomically. Throws a `TokenError` (`concurrentRotation`) when
 * `from` is no longer current.
 */
export const makeCurrent = async (
  tenant: Incarnation,
  to: string,
  from: string | undefined,
): Promise<void> => {
  try {
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretName(tenant),
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: to,
        RemoveFromVersionId: from,
      }),
    );
  } catch (error) {
    if (!(error instanceof InvalidParameterException)) throw error;
    throw new TokenError(
      'concurrentRotation',
      `The token of ${tenantOf(tenant)} was rotated by somebody else at the same moment; this attempt changed nothing.`,
    );
  }
  await waitUntil(tenant, async () => (await readStages(tenant)).current === to);
};

/**
 * Removes the stage from a token, which is refused from then on. False when the token does not have that stage: what named
 * it was stale, or somebody else was faster.
 */
export const removeStage = async (
  tenant: Incarnation,
  VersionStage: 'AWSPREVIOUS' | 'AWSPENDING',
  keyId: string,
): Promise<boolean> => {
  try {
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretName(tenant),
        VersionStage,
        RemoveFromVersionId: keyId,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof InvalidParameterException) return false;
    throw error;
  }
};

/** Makes a version that is not a token the current one, and the current token the previous one. */
export const putRevocation = async (tenant: Incarnation, revocation: string): Promise<void> => {
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: secretName(tenant),
      ClientRequestToken: revocation,
      SecretString: 'revoked',
      VersionStages: ['AWSCURRENT'],
    }),
  );
};

/** Deletes the secret with all its tokens, at once and without recovery. Idempotent. */
export const deleteToken = async (tenant: Incarnation): Promise<void> => {
  const request = new DeleteSecretCommand({
    SecretId: secretName(tenant),
    ForceDeleteWithoutRecovery: true,
  });
  await unlessAbsent(secrets.send(request));
};
