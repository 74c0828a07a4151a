// The calls of the Secrets Manager API that we use, by their names in the protocol.

import { randomBytes, randomUUID } from 'node:crypto';
import type * as api from '@aws-sdk/client-secrets-manager';
import { ACCOUNT_ID, localCredentials } from '../../shared/local-credentials.ts';
import { exists, invalidParameter, invalidRequest, notFound } from './errors.ts';
import { listSecrets, listSecretVersionIds } from './lists.ts';
import { findVersion, moveStage, nowSeconds, putVersion, type Secret } from './secret.ts';

type Secrets = Map<string, Secret>;

/**
 * Applies one call to the secrets and returns its output; throws a `SecretsManagerError` to refuse it. `input` is not
 * validated against the API's model.
 */
export type Operation = (secrets: Secrets, input: never) => object;

const DAY_SECONDS = 86_400;

/** Finds by name, or by ARN with or without its random suffix; a secret whose recovery window has passed is deleted. */
const findSecret = (secrets: Secrets, secretId: string | undefined): Secret | undefined => {
  if (typeof secretId !== 'string' || secretId === '') throw invalidParameter('You must provide SecretId.');
  const isMeant = ({ name, arn }: Secret) =>
    name === secretId || arn === secretId || arn.slice(0, -'-AbCdEf'.length) === secretId;
  const secret = secrets.get(secretId) ?? [...secrets.values()].find(isMeant);
  if (secret?.deletionDate === undefined || secret.deletionDate > nowSeconds()) return secret;
  secrets.delete(secret.name);
  return undefined;
};

const presentSecret = (secrets: Secrets, secretId: string | undefined): Secret => {
  const secret = findSecret(secrets, secretId);
  if (secret) return secret;
  throw notFound("Secrets Manager can't find the specified secret.");
};

const usableSecret = (secrets: Secrets, secretId: string | undefined): Secret => {
  const secret = presentSecret(secrets, secretId);
  if (secret.deletedDate === undefined) return secret;
  throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
};

const versionIdFrom = (token: string | undefined): string => {
  if (token === undefined) return randomUUID();
  if (token.length >= 32 && token.length <= 64) return token;
  throw invalidParameter('ClientRequestToken must have 32 to 64 characters.');
};

const stringFrom = (value: string | undefined): string => {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidParameter('You must provide SecretString: this emulator keeps no binary secrets.');
};

const tagsFrom = (tags: readonly api.Tag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

const identity = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });

const createSecret = (secrets: Secrets, input: api.CreateSecretCommandInput) => {
  const name = input.Name ?? '';
  if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) {
    throw invalidParameter('Invalid name. Must be 1 to 512 of the characters A-Z a-z 0-9 / _ + = . @ -');
  }
  const versionId = versionIdFrom(input.ClientRequestToken);
  const present = findSecret(secrets, name);
  if (present?.deletedDate !== undefined) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  if (present) {
    if (present.versions[versionId]?.secretString !== input.SecretString || !input.SecretString) {
      throw exists(`The operation failed because the secret ${name} already exists.`);
    }
    return { ...identity(present), VersionId: versionId };
  }
  const secret: Secret = {
    arn: `arn:aws:secretsmanager:${localCredentials.AWS_REGION}:${ACCOUNT_ID}:secret:${name}-${randomEnding()}`,
    name,
    createdDate: nowSeconds(),
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    lastChangedDate: nowSeconds(),
    tags: tagsFrom(input.Tags),
    versions: {},
  };
  if (input.SecretString !== undefined) putVersion(secret, versionId, stringFrom(input.SecretString));
  secrets.set(name, secret);
  return { ...identity(secret), VersionId: input.SecretString === undefined ? undefined : versionId };
};

/** Six characters, so that a policy for a deleted secret does not apply to its successor with the same name. */
const randomEnding = () => randomBytes(3).toString('hex');

const getSecretValue = (secrets: Secrets, input: api.GetSecretValueCommandInput) => {
  const secret = usableSecret(secrets, input.SecretId);
  const [id, version] = findVersion(secret, input.VersionId, input.VersionStage);
  secret.lastAccessedDate = Math.floor(nowSeconds() / DAY_SECONDS) * DAY_SECONDS;
  return {
    ...identity(secret),
    VersionId: id,
    SecretString: version.secretString,
    VersionStages: version.stages.length > 0 ? version.stages : undefined,
    CreatedDate: version.createdDate,
  };
};

const putSecretValue = (secrets: Secrets, input: api.PutSecretValueCommandInput) => {
  const secret = usableSecret(secrets, input.SecretId);
  const versionId = versionIdFrom(input.ClientRequestToken);
  const version = putVersion(secret, versionId, stringFrom(input.SecretString), input.VersionStages);
  return { ...identity(secret), VersionId: versionId, VersionStages: version.stages };
};

const updateSecretVersionStage = (secrets: Secrets, input: api.UpdateSecretVersionStageCommandInput) => {
  const secret = usableSecret(secrets, input.SecretId);
  if (!input.VersionStage) throw invalidParameter('You must provide VersionStage.');
  moveStage(secret, input.VersionStage, input.RemoveFromVersionId, input.MoveToVersionId);
  return identity(secret);
};

const describeSecret = (secrets: Secrets, input: api.DescribeSecretCommandInput) => {
  const secret = presentSecret(secrets, input.SecretId);
  const labelled = Object.entries(secret.versions).filter(([, { stages }]) => stages.length > 0);
  return {
    ...identity(secret),
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: secret.createdDate,
    LastChangedDate: secret.lastChangedDate,
    LastAccessedDate: secret.lastAccessedDate,
    DeletedDate: secret.deletedDate,
    Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
    RotationEnabled: secret.rotation?.enabled,
    RotationLambdaARN: secret.rotation?.functionArn,
    ...scheduleOf(secret),
    VersionIdsToStages: Object.fromEntries(labelled.map(([id, { stages }]) => [id, stages])),
  };
};

const scheduleOf = ({ rotation }: Secret) =>
  rotation?.enabled && rotation.days !== undefined
    ? {
        RotationRules: { AutomaticallyAfterDays: rotation.days },
        NextRotationDate: rotation.since + rotation.days * DAY_SECONDS,
      }
    : {};

/** The steps of the function run after this call is answered: see rotation.ts. */
const rotateSecret = (secrets: Secrets, input: api.RotateSecretCommandInput) => {
  const secret = usableSecret(secrets, input.SecretId);
  const functionArn = input.RotationLambdaARN ?? secret.rotation?.functionArn;
  if (!functionArn) throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
  const { AutomaticallyAfterDays: days } = input.RotationRules ?? {};
  if (days !== undefined && !(days >= 1 && days <= 1000)) {
    throw invalidParameter('AutomaticallyAfterDays must be between 1 and 1000.');
  }
  secret.rotation = { functionArn, days: days ?? secret.rotation?.days, enabled: true, since: nowSeconds() };
  return { ...identity(secret), VersionId: versionIdFrom(input.ClientRequestToken) };
};

const cancelRotateSecret = (secrets: Secrets, input: api.CancelRotateSecretCommandInput) => {
  const secret = usableSecret(secrets, input.SecretId);
  if (secret.rotation) secret.rotation = { ...secret.rotation, enabled: false };
  return identity(secret);
};

const deleteSecret = (secrets: Secrets, input: api.DeleteSecretCommandInput) => {
  const { ForceDeleteWithoutRecovery: force = false, RecoveryWindowInDays: days = 30 } = input;
  if (force && input.RecoveryWindowInDays !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (!(days >= 7 && days <= 30)) throw invalidParameter('RecoveryWindowInDays must be between 7 and 30.');
  if (force) {
    const secret = findSecret(secrets, input.SecretId);
    if (secret) secrets.delete(secret.name);
    return { ...(secret ? identity(secret) : { Name: input.SecretId }), DeletionDate: nowSeconds() };
  }
  const secret = usableSecret(secrets, input.SecretId);
  secret.deletedDate = nowSeconds();
  secret.deletionDate = secret.deletedDate + days * DAY_SECONDS;
  return { ...identity(secret), DeletionDate: secret.deletionDate };
};

const restoreSecret = (secrets: Secrets, input: api.RestoreSecretCommandInput) => {
  const secret = presentSecret(secrets, input.SecretId);
  delete secret.deletedDate;
  delete secret.deletionDate;
  return identity(secret);
};

const tagResource = (secrets: Secrets, input: api.TagResourceCommandInput) => {
  Object.assign(usableSecret(secrets, input.SecretId).tags, tagsFrom(input.Tags));
  return {};
};

const untagResource = (secrets: Secrets, input: api.UntagResourceCommandInput) => {
  const secret = usableSecret(secrets, input.SecretId);
  for (const key of input.TagKeys ?? []) delete secret.tags[key];
  return {};
};

const listVersions = (secrets: Secrets, input: api.ListSecretVersionIdsCommandInput) => {
  const secret = presentSecret(secrets, input.SecretId);
  return { ...identity(secret), ...listSecretVersionIds(secret, input) };
};

/** By the name that follows `secretsmanager.` in `X-Amz-Target`. */
export const operations: Readonly<Record<string, Operation>> = {
  CreateSecret: createSecret,
  GetSecretValue: getSecretValue,
  PutSecretValue: putSecretValue,
  UpdateSecretVersionStage: updateSecretVersionStage,
  DescribeSecret: describeSecret,
  ListSecretVersionIds: listVersions,
  ListSecrets: listSecrets,
  RotateSecret: rotateSecret,
  CancelRotateSecret: cancelRotateSecret,
  DeleteSecret: deleteSecret,
  RestoreSecret: restoreSecret,
  TagResource: tagResource,
  UntagResource: untagResource,
};
