// The constraints of the Secrets Manager API on its parameters, for all calls alike (AWS Secrets Manager API Reference, each
// action's "Request Parameters", and "Quotas").

import { SecretsManagerError } from './errors.ts';

/** What a parameter must be, and how to say so. */
type Constraint = readonly [isMet: (value: unknown) => boolean, must: string];

const length =
  (min: number, max: number) =>
  (value: unknown): boolean =>
    typeof value === 'string' && value.length >= min && value.length <= max;

const text = (min: number, max: number): Constraint => [length(min, max), `have ${min} to ${max} characters`];

const list = (max: number, isItem: (value: unknown) => boolean, must: string): Constraint => [
  (value) => Array.isArray(value) && value.length <= max && value.every(isItem),
  must,
];

const isTag = (tag: unknown): boolean => {
  const { Key, Value = '' } = (tag ?? {}) as { Key?: unknown; Value?: unknown };
  return length(1, 128)(Key) && length(0, 256)(Value) && !String(Key).startsWith('aws:');
};

const constraints: Readonly<Record<string, Constraint>> = {
  Name: text(1, 512),
  SecretId: text(1, 2048),
  ClientRequestToken: text(32, 64),
  VersionId: text(32, 64),
  MoveToVersionId: text(32, 64),
  RemoveFromVersionId: text(32, 64),
  VersionStage: text(1, 256),
  VersionStages: [
    (value) => Array.isArray(value) && value.length >= 1 && value.length <= 20 && value.every(length(1, 256)),
    'be 1 to 20 stages of 1 to 256 characters',
  ],
  SecretString: [
    (value) =>
      typeof value === 'string' && Buffer.byteLength(value) >= 1 && Buffer.byteLength(value) <= 65_536,
    'have 1 to 65536 bytes',
  ],
  Description: text(0, 2048),
  KmsKeyId: text(0, 2048),
  MaxResults: [
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 100,
    'be a whole number from 1 to 100',
  ],
  NextToken: text(1, 4096),
  Tags: list(50, isTag, 'be at most 50 tags with keys of 1 to 128 and values of at most 256 characters'),
  TagKeys: list(50, length(1, 128), 'be at most 50 keys of 1 to 128 characters'),
  Filters: list(10, (value) => typeof value === 'object', 'be at most 10 filters'),
};

/** Throws a ValidationException for a parameter that the API would not take. */
export const assertConstraints = (input: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(input)) {
    const [isMet, must] = constraints[name] ?? [];
    if (value === undefined || value === null || !isMet || isMet(value)) continue;
    throw new SecretsManagerError(
      'ValidationException',
      `1 validation error detected: Value at '${name}' failed to satisfy constraint: it must ${must}.`,
    );
  }
};
