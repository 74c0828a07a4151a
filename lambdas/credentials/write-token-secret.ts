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
import { readUntil } from './read-until.ts';
import { secretName, secrets, unlessAbsent } from './secrets-manager.ts';
import { makeToken, type TokenKey } from './token.ts';
import { readCurrentToken, readKeyAges, readToken, type TokenVersion } from './token-secret.ts';

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

/** Creates the secret with a first token, which it returns. Idempotent: if the secret exists, returns its current token. */
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
    return { ...key, token: SecretString, stages: ['AWSCURRENT'], createdAt: new Date(now()) };
  } catch (error) {
    if (error instanceof InvalidRequestException) throw beingDeleted(secretName(key.tenant));
    if (!(error instanceof ResourceExistsException)) throw error;
  }
  const existing = await readUntil(
    () => readCurrentToken(key.tenant),
    (current) => current !== undefined,
  );
  if (!existing) throw beingDeleted(secretName(key.tenant));
  return existing;
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
    throw concurrentRotation(tenant);
  }
};

/** The error for a token that was rotated meanwhile. */
export const concurrentRotation = (tenant: Incarnation) =>
  new TokenError(
    'concurrentRotation',
    `The token of ${tenantOf(tenant)} was rotated by somebody else at the same moment; this attempt ended no token of that ` +
      'rotation. Look at `token show`, and repeat the command if it is still wanted.',
  );

/** Removes the stage from a token, which has it no longer from then on. Idempotent. */
export const removeStage = async (
  tenant: Incarnation,
  VersionStage: 'AWSPREVIOUS' | 'AWSPENDING',
  keyId: string,
): Promise<void> => {
  const request = new UpdateSecretVersionStageCommand({
    SecretId: secretName(tenant),
    VersionStage,
    RemoveFromVersionId: keyId,
  });
  try {
    await secrets.send(request);
  } catch (error) {
    // Another version has the stage by now, or none.
    if (!(error instanceof InvalidParameterException)) throw error;
  }
};

/**
 * Ends the previous token with this key id, and makes sure that it has no stage any more. Throws a `TokenError` (`stillAccepted`) if
 * Secrets Manager goes on answering that it is accepted. Idempotent.
 */
export const endPreviousToken = async (key: TokenKey): Promise<void> => {
  await removeStage(key.tenant, 'AWSPREVIOUS', key.keyId);
  const ended = await readUntil(
    () => readKeyAges(key.tenant),
    (versions) => versions?.previous?.keyId !== key.keyId && versions?.current?.keyId !== key.keyId,
  );
  if (!ended) throw stillAccepted(key.tenant);
};

/** The error for a token that was ended, but that Secrets Manager still shows as accepted. */
export const stillAccepted = (tenant: Incarnation) =>
  new TokenError(
    'stillAccepted',
    `A token of ${tenantOf(tenant)} was ended, but Secrets Manager still answers that it is accepted. Repeat this command ` +
      'until it succeeds.',
  );

/**
 * Makes a version that is not a token, with this `revocationKey`, the current one, and the current token the previous one.
 * Idempotent.
 */
export const putRevocation = async (tenant: Incarnation, revocationKey: string): Promise<void> => {
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: secretName(tenant),
      ClientRequestToken: revocationKey,
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

/** Resolves once the deleted secret no longer shows a current token; throws a `TokenError` (`stillAccepted`) otherwise. */
export const confirmDeleted = async (tenant: Incarnation): Promise<void> => {
  // Wrapped, because `readUntil` answers undefined for an answer that never came.
  const gone = await readUntil(
    async () => (await readCurrentToken(tenant)) === undefined,
    (isGone) => isGone,
  );
  if (!gone) throw stillAccepted(tenant);
};
