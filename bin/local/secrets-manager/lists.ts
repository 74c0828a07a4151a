// The two paged calls of Secrets Manager.

import type {
  Filter,
  ListSecretsCommandInput,
  ListSecretVersionIdsCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { invalidParameter, SecretsManagerError } from './errors.ts';
import { nowSeconds, type Secret } from './secret.ts';

const PAGE_SIZE = 100;

/** One page from `NextToken` on. The token is a position, which is good enough while nobody else lists. */
const page = <Item>(items: readonly Item[], input: { MaxResults?: number; NextToken?: string }) => {
  const start = Number(input.NextToken ?? 0);
  if (!Number.isInteger(start) || start < 0) {
    throw new SecretsManagerError('InvalidNextTokenException', 'The NextToken value is invalid.');
  }
  const end = start + (input.MaxResults ?? PAGE_SIZE);
  return { items: items.slice(start, end), NextToken: end < items.length ? String(end) : undefined };
};

/** A filter matches when one of its values is a prefix; a value that starts with `!` must not be one. */
const matches = (secret: Secret, { Key, Values = [] }: Filter): boolean => {
  const candidates = filterable(secret, Key);
  return Values.some((value) =>
    value.startsWith('!')
      ? !candidates.some((candidate) => candidate.startsWith(value.slice(1)))
      : candidates.some((candidate) => candidate.startsWith(value)),
  );
};

const filterable = (secret: Secret, key: Filter['Key']): string[] => {
  if (key === 'name') return [secret.name];
  if (key === 'tag-key') return Object.keys(secret.tags);
  if (key === 'tag-value') return Object.values(secret.tags);
  throw invalidParameter(`This emulator filters by name, tag-key and tag-value, not by ${key}.`);
};

/**
 * ListSecrets: newest first unless `SortOrder` is `asc`. Throws a `SecretsManagerError` for an invalid NextToken, or a
 * filter that the emulator does not know.
 */
export const listSecrets = (secrets: Map<string, Secret>, input: ListSecretsCommandInput) => {
  const listed = [...secrets.values()]
    .filter(({ deletionDate }) => deletionDate === undefined || deletionDate > nowSeconds())
    .filter(({ deletedDate }) => deletedDate === undefined || input.IncludePlannedDeletion)
    .filter((secret) => (input.Filters ?? []).every((filter) => matches(secret, filter)))
    .sort((a, b) => a.createdDate - b.createdDate);
  if (input.SortOrder !== 'asc') listed.reverse();
  const { items, NextToken } = page(listed, input);
  const SecretList = items.map((secret) => ({
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdDate,
    LastChangedDate: secret.lastChangedDate,
    LastAccessedDate: secret.lastAccessedDate,
    DeletedDate: secret.deletedDate,
    Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
    SecretVersionsToStages: Object.fromEntries(
      Object.entries(secret.versions).map(([id, { stages }]) => [id, stages]),
    ),
  }));
  return { SecretList, NextToken };
};

/** Versions without a label are deprecated, and only listed with IncludeDeprecated. */
export const listSecretVersionIds = (secret: Secret, input: ListSecretVersionIdsCommandInput) => {
  const versions = Object.entries(secret.versions)
    .filter(([, { stages }]) => stages.length > 0 || input.IncludeDeprecated)
    .map(([VersionId, { stages, createdDate }]) => ({
      VersionId,
      VersionStages: stages,
      CreatedDate: createdDate,
    }));
  const { items, NextToken } = page(versions, input);
  return { Versions: items, NextToken };
};
