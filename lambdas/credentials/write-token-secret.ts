// Makes, moves and ends the tokens in a tenant's secret: every call to Secrets Manager that changes one.

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
import { type Incarnation, tenantOf } from '../tenants/tenant.ts';
import { PAUSE_MS, readGenerations } from './deployment-secret.ts';
import { TokenError } from './errors.ts';
import { newRevocationKey } from './revocation-key.ts';
import { secretName, secrets, unlessAbsent } from './secrets-manager.ts';
import { makeToken, type TokenKey } from './token.ts';
import { readCurrentToken, readToken, type TokenVersion } from './token-secret.ts';

/**
 * A token that exists nowhere yet. Soon after a rotation of the deployment's secret it is not made before every function has
 * to read that again: one that still knew only the old value would take the token for a forgery.
 */
const newToken = async (key: TokenKey): Promise<string> => {
  const [current, previous] = await readGenerations();
  const ageMs = Date.now() - current.madeAt.getTime();
  if (previous && ageMs < PAUSE_MS) await sleep(PAUSE_MS - Math.max(0, ageMs));
  return makeToken(key, current.value);
};

/** Makes the secret with a first token. Repeatable: where the secret exists, that is its current token. */
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

/**
 * Makes the token with this key id, accepted nowhere yet. Repeatable: a token that exists is left as it is.
 */
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
 * Makes `to` the current token and `from` the previous one, in one step. Throws a `TokenError` when `from` is
 * no longer the current one, because somebody else rotated meanwhile.
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
      `The token of ${tenantOf(tenant)} was rotated by somebody else at the same moment; nothing was changed by this attempt.`,
    );
  }
};

/** Takes the stage from a token; without one it is refused from then on. */
export const removeStage = async (
  tenant: Incarnation,
  VersionStage: 'AWSPREVIOUS' | 'AWSPENDING',
  keyId: string,
): Promise<void> => {
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secretName(tenant),
      VersionStage,
      RemoveFromVersionId: keyId,
    }),
  );
};

/** Makes a version that is no token the current one, and the current token the previous one. */
export const putRevocation = async (tenant: Incarnation): Promise<void> => {
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: secretName(tenant),
      ClientRequestToken: newRevocationKey(),
      SecretString: 'revoked',
      VersionStages: ['AWSCURRENT'],
    }),
  );
};

/** Deletes the secret with all its tokens, at once and for good. Repeatable. */
export const deleteToken = async (tenant: Incarnation): Promise<void> => {
  const request = new DeleteSecretCommand({
    SecretId: secretName(tenant),
    ForceDeleteWithoutRecovery: true,
  });
  await unlessAbsent(secrets.send(request));
};
