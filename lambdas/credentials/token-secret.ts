// One secret per tenant, one version of it per token. A version's stages say what the token is good for:
// AWSCURRENT and AWSPREVIOUS are accepted, AWSPENDING is not yet, and no stage is no longer.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Incarnation, tenantOf } from '../tenants/tenant.ts';
import { PAUSE_MS, readGenerations } from './deployment-secret.ts';
import { TokenError } from './errors.ts';
import { isRevocation } from './revocation-key.ts';
import { secretName, secrets, unlessAbsent } from './secrets-manager.ts';
import { makeToken, type TokenKey } from './token.ts';

export interface TokenVersion extends TokenKey {
  readonly token: string;
  readonly stages: readonly string[];
  readonly createdAt: Date;
}

/** The key id that carries each stage; what a revocation left behind is no previous token. */
export interface TokenStages {
  readonly current: string | undefined;
  readonly previous: string | undefined;
  readonly pending: string | undefined;
}

const readVersion = async (
  tenant: Incarnation,
  which: Omit<GetSecretValueCommandInput, 'SecretId'>,
): Promise<TokenVersion | undefined> => {
  const request = new GetSecretValueCommand({ SecretId: secretName(tenant), ...which });
  const found = await unlessAbsent(secrets.send(request));
  if (found?.SecretString === undefined || found.VersionId === undefined) return undefined;
  return {
    tenant,
    keyId: found.VersionId,
    token: found.SecretString,
    stages: found.VersionStages ?? [],
    createdAt: found.CreatedDate ?? new Date(0),
  };
};

/** The token with this key id, whatever its stages; undefined when the tenant or the key id is unknown. */
export const readToken = ({ tenant, keyId }: TokenKey): Promise<TokenVersion | undefined> =>
  readVersion(tenant, { VersionId: keyId });

/** The token that new configurations should use; undefined when the tenant has none. */
export const readCurrentToken = (tenant: Incarnation): Promise<TokenVersion | undefined> =>
  readVersion(tenant, { VersionStage: 'AWSCURRENT' });

/** Which key ids carry which stage; throws a `TokenError` when the tenant has no secret. */
export const readStages = async (tenant: Incarnation): Promise<TokenStages> => {
  const request = new DescribeSecretCommand({ SecretId: secretName(tenant) });
  const found = await unlessAbsent(secrets.send(request));
  if (!found || found.DeletedDate) throw noToken(tenant);
  return stagesFrom(found.VersionIdsToStages);
};

/** As Secrets Manager lists them: stages by version. */
export const stagesFrom = (
  versionIdsToStages: Readonly<Record<string, readonly string[]>> = {},
): TokenStages => {
  const versions = Object.entries(versionIdsToStages);
  const carrying = (stage: string) => versions.find(([, stages]) => stages.includes(stage))?.[0];
  const previous = carrying('AWSPREVIOUS');
  return {
    current: carrying('AWSCURRENT'),
    previous: previous !== undefined && isRevocation(previous) ? undefined : previous,
    pending: carrying('AWSPENDING'),
  };
};

export const noToken = (tenant: Incarnation) =>
  new TokenError(
    'noToken',
    `Tenant "${tenantOf(tenant)}" has no token, because its secret ${secretName(tenant)} does not exist; ` +
      `\`npm run scim -- token rotate ${tenantOf(tenant)} --force\` makes a new one.`,
  );

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

/** Takes AWSPREVIOUS from a token, which is refused from then on. */
export const removePrevious = async (tenant: Incarnation, keyId: string): Promise<void> => {
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secretName(tenant),
      VersionStage: 'AWSPREVIOUS',
      RemoveFromVersionId: keyId,
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
