// Creates a secret of the template, as CloudFormation would: with a value that Secrets Manager generates.

import { randomInt, randomUUID } from 'node:crypto';
import type { GeneratedValue, StackSecret } from '../stack/secret.ts';
import { operations } from './operations.ts';
import type { Secret } from './secret.ts';

/** Creates the secret unless it exists; an existing one keeps its value, as in a second deployment. */
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

const generate = (rules: GeneratedValue): string => {
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
