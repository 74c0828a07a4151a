// A secret of the template: CloudFormation would create it, with a value that Secrets Manager makes up.

import { randomInt, randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { operations } from './operations.ts';
import type { Secret } from './secret.ts';

const exclusion = v.optional(v.boolean(), false);

const generated = v.strictObject({
  PasswordLength: v.optional(v.number(), 32),
  ExcludeCharacters: v.optional(v.string(), ''),
  ExcludeLowercase: exclusion,
  ExcludeUppercase: exclusion,
  ExcludeNumbers: exclusion,
  ExcludePunctuation: exclusion,
  IncludeSpace: exclusion,
});

/** What an AWS::SecretsManager::Secret says that this emulator can do; with any other way to make a value it fails. */
export const stackSecret = v.object({
  Name: v.optional(v.string()),
  Description: v.optional(v.string()),
  SecretString: v.optional(v.string()),
  GenerateSecretString: v.optional(generated),
});

export interface StackSecret extends Omit<v.InferOutput<typeof stackSecret>, 'Name'> {
  readonly Name: string;
}

/** Makes the secret unless there is one of its name, which keeps its value: as a deployment over an earlier one does. */
export const ensureSecret = (
  secrets: Map<string, Secret>,
  { Name, Description, SecretString, GenerateSecretString }: StackSecret,
): void => {
  if (secrets.has(Name)) return;
  const value = SecretString ?? (GenerateSecretString && generate(GenerateSecretString));
  const input = { Name, Description, SecretString: value, ClientRequestToken: randomUUID() };
  operations.CreateSecret?.(secrets, input as never);
};

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const generate = (rules: v.InferOutput<typeof generated>): string => {
  const allowed = [
    rules.ExcludeLowercase ? '' : LOWERCASE,
    rules.ExcludeUppercase ? '' : LOWERCASE.toUpperCase(),
    rules.ExcludeNumbers ? '' : '0123456789',
    rules.ExcludePunctuation ? '' : PUNCTUATION,
    rules.IncludeSpace ? ' ' : '',
  ]
    .join('')
    .split('')
    .filter((character) => !rules.ExcludeCharacters.includes(character));
  return Array.from({ length: rules.PasswordLength }, () => allowed[randomInt(allowed.length)]).join('');
};
