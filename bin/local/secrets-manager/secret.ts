// One secret: its versions, and the staging labels that say which of them is current, previous or pending.

import { exists, invalidParameter, invalidRequest, notFound } from './errors.ts';

interface SecretVersion {
  readonly secretString: string;
  readonly createdDate: number;
  stages: string[];
}

/** How the secret is rotated; the schedule is stored, but never due here. */
export interface Rotation {
  readonly functionArn: string;
  /** `AutomaticallyAfterDays`. */
  readonly days?: number;
  readonly enabled: boolean;
  /** When rotation was last requested, in seconds since the epoch. */
  readonly since: number;
}

/** Dates are seconds since the epoch, as in the protocol. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdDate: number;
  description?: string;
  kmsKeyId?: string;
  lastChangedDate: number;
  /** A day, not a time, as in Secrets Manager. */
  lastAccessedDate?: number;
  /** When it was marked for deletion, and when its recovery window ends. */
  deletedDate?: number;
  deletionDate?: number;
  tags: Record<string, string>;
  rotation?: Rotation;
  /** By version id. */
  versions: Record<string, SecretVersion>;
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/** Seconds since the epoch, with milliseconds as the fraction. */
export const nowSeconds = () => Date.now() / 1000;

const versionWith = (secret: Secret, stage: string): string | undefined =>
  Object.keys(secret.versions).find((id) => secret.versions[id]?.stages.includes(stage));

/** The version by id, by label, by both, or AWSCURRENT. */
export const findVersion = (secret: Secret, versionId?: string, stage?: string): [string, SecretVersion] => {
  const id = versionId ?? versionWith(secret, stage ?? CURRENT);
  const version = id === undefined ? undefined : secret.versions[id];
  if (id === undefined || version === undefined) {
    const wanted = versionId ? `VersionId: ${versionId}` : `staging label: ${stage ?? CURRENT}`;
    throw notFound(`Secrets Manager can't find the specified secret value for ${wanted}`);
  }
  if (stage !== undefined && !version.stages.includes(stage)) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  return [id, version];
};

/**
 * Adds a version. Repeated with the same id and value, it returns the existing version; the same id with another value is refused,
 * because a version never changes.
 */
export const putVersion = (
  secret: Secret,
  versionId: string,
  secretString: string,
  stages: readonly string[] = [CURRENT],
): SecretVersion => {
  const present = secret.versions[versionId];
  if (present) {
    if (present.secretString === secretString) return present;
    throw exists(
      `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const isFirst = Object.keys(secret.versions).length === 0;
  const version: SecretVersion = { secretString, createdDate: nowSeconds(), stages: [] };
  secret.versions[versionId] = version;
  for (const stage of new Set(isFirst ? [CURRENT, ...stages] : stages)) attach(secret, stage, versionId);
  secret.lastChangedDate = nowSeconds();
  return version;
};

/**
 * Moves, attaches or removes a label. To move one, the caller must name the version that has it, and AWSCURRENT can be moved but
 * never removed: both are rules of Secrets Manager.
 */
export const moveStage = (secret: Secret, stage: string, from?: string, to?: string): void => {
  const carrier = versionWith(secret, stage);
  for (const id of [from, to]) {
    if (id !== undefined && !secret.versions[id]) {
      throw notFound(`Secrets Manager can't find the specified secret version: ${id}.`);
    }
  }
  if (to === undefined && from === undefined) {
    throw invalidParameter('You must specify RemoveFromVersionId, MoveToVersionId, or both.');
  }
  if (to === undefined && stage === CURRENT) {
    throw invalidParameter(
      `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`,
    );
  }
  if (from !== undefined && carrier !== from) {
    throw invalidParameter(`Staging label ${stage} is not attached to version ${from}.`);
  }
  if (from === undefined && carrier !== undefined && carrier !== to) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ` +
        `${carrier}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (to === undefined) detach(secret, stage);
  else attach(secret, stage, to);
  secret.lastChangedDate = nowSeconds();
};

/** A label is on one version at a time; the version that loses AWSCURRENT becomes AWSPREVIOUS. */
const attach = (secret: Secret, stage: string, versionId: string): void => {
  const loser = versionWith(secret, stage);
  if (loser === versionId) return;
  detach(secret, stage);
  if (stage === CURRENT && loser !== undefined) attach(secret, PREVIOUS, loser);
  secret.versions[versionId]?.stages.push(stage);
};

const detach = (secret: Secret, stage: string): void => {
  for (const version of Object.values(secret.versions)) {
    version.stages = version.stages.filter((attached) => attached !== stage);
  }
};
