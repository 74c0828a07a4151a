// One secret per tenant, one version of it per token. A version's stages say what the token is good for:
// AWSCURRENT and AWSPREVIOUS are accepted, AWSPENDING is not yet, and no stage is no longer.

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
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import { asTenantId, type TenantId } from '../platform/tenant.ts';
import { TokenError } from './errors.ts';
import { makeToken, type TokenKey } from './token.ts';

const { SECRET_PREFIX: prefix } = readEnvironment({
  SECRET_PREFIX: v.optional(v.pipe(v.string(), v.regex(/^[\w-]+$/)), 'scim'),
});

// Three attempts fit into the 10 s that the gateway gives an authorizer, so that in an outage it can still
// answer.
const secrets = new SecretsManagerClient({
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2500, throwOnRequestTimeout: true },
});

export interface TokenVersion extends TokenKey {
  readonly token: string;
  readonly stages: readonly string[];
  readonly createdAt: Date;
}

/** The key id that carries each stage. */
export interface TokenStages {
  readonly current: string | undefined;
  readonly previous: string | undefined;
  readonly pending: string | undefined;
}

const secretName = (tenant: TenantId) => `${prefix}/${tenant}/token`;

/** What `send` answers, or undefined where the secret or the version does not exist (or is being deleted). */
const unlessAbsent = async <Answer>(send: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await send;
  } catch (error) {
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException)
      return undefined;
    throw error;
  }
};

const readVersion = async (
  tenant: TenantId,
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
export const readCurrentToken = (tenant: TenantId): Promise<TokenVersion | undefined> =>
  readVersion(tenant, { VersionStage: 'AWSCURRENT' });

/** Which key ids carry which stage; throws a `TokenError` when the tenant has no secret. */
export const readStages = async (tenant: TenantId): Promise<TokenStages> => {
  const request = new DescribeSecretCommand({ SecretId: secretName(tenant) });
  const found = await unlessAbsent(secrets.send(request));
  if (!found || found.DeletedDate) throw noToken(tenant);
  const versions = Object.entries(found.VersionIdsToStages ?? {});
  const carrying = (stage: string) => versions.find(([, stages]) => stages.includes(stage))?.[0];
  return {
    current: carrying('AWSCURRENT'),
    previous: carrying('AWSPREVIOUS'),
    pending: carrying('AWSPENDING'),
  };
};

export const noToken = (tenant: TenantId) =>
  new TokenError(
    'noToken',
    `Tenant "${tenant}" has no token, because its secret ${secretName(tenant)} does not exist; ` +
      `\`npm run scim -- token rotate ${tenant} --force\` makes a new one.`,
  );

/**
 * The tenant of a secret that Secrets Manager names by its ARN, `arn:…:secret:scim/acme/token-AbCdEf`, or by
 * its name.
 */
export const tenantOfSecret = (secretId: string): TenantId | undefined => {
  const [, folder, tenant] = /(?:^|:)([^:/]+)\/([^:/]+)\/token(?:-\w{6})?$/.exec(secretId) ?? [];
  return folder === prefix ? asTenantId(tenant) : undefined;
};

/** Makes the secret with a first token. Repeatable: where the secret exists, that is its current token. */
export const createToken = async (key: TokenKey): Promise<TokenVersion> => {
  try {
    await secrets.send(
      new CreateSecretCommand({
        Name: secretName(key.tenant),
        Description: `The SCIM bearer token of tenant ${key.tenant}.`,
        ClientRequestToken: key.keyId,
        SecretString: makeToken(key),
      }),
    );
  } catch (error) {
    if (error instanceof InvalidRequestException) throw beingDeleted(key.tenant);
    if (!(error instanceof ResourceExistsException)) throw error;
  }
  const created = await readCurrentToken(key.tenant);
  if (!created) throw beingDeleted(key.tenant);
  return created;
};

const beingDeleted = (tenant: TenantId) =>
  new TokenError(
    'beingDeleted',
    `The secret ${secretName(tenant)} is still being deleted; try again in a minute, ` +
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
      SecretString: makeToken(key),
      VersionStages: ['AWSPENDING'],
    }),
  );
};

/**
 * Makes `to` the current token and `from` the previous one, in one step. Throws a `TokenError` when `from` is
 * no longer the current one, because somebody else rotated meanwhile.
 */
export const makeCurrent = async (tenant: TenantId, to: string, from: string | undefined): Promise<void> => {
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
      `The token of ${tenant} was rotated by somebody else at the same moment; nothing was changed by this attempt.`,
    );
  }
};

/** Takes AWSPREVIOUS from a token, which is refused from then on. */
export const removePrevious = async (tenant: TenantId, keyId: string): Promise<void> => {
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secretName(tenant),
      VersionStage: 'AWSPREVIOUS',
      RemoveFromVersionId: keyId,
    }),
  );
};

/** Deletes the secret with all its tokens, at once and for good. Repeatable. */
export const deleteToken = async (tenant: TenantId): Promise<void> => {
  const request = new DeleteSecretCommand({
    SecretId: secretName(tenant),
    ForceDeleteWithoutRecovery: true,
  });
  await unlessAbsent(secrets.send(request));
};
