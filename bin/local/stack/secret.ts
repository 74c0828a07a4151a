// A secret of the template, and how its value is generated.

import * as v from 'valibot';

const exclusion = v.optional(v.boolean(), false);

const generatedValue = v.strictObject({
  PasswordLength: v.optional(v.number(), 32),
  ExcludeCharacters: v.optional(v.string(), ''),
  ExcludeLowercase: exclusion,
  ExcludeUppercase: exclusion,
  ExcludeNumbers: exclusion,
  ExcludePunctuation: exclusion,
  IncludeSpace: exclusion,
});

/** The properties of an AWS::SecretsManager::Secret that the emulator supports; fails for any other way to generate a value. */
export const stackSecret = v.object({
  Name: v.optional(v.string()),
  Description: v.optional(v.string()),
  SecretString: v.optional(v.string()),
  GenerateSecretString: v.optional(generatedValue),
});

/** A secret whose name is known, given or derived. */
export interface StackSecret extends Omit<v.InferOutput<typeof stackSecret>, 'Name'> {
  readonly Name: string;
}

/** The rules by which Secrets Manager generates a value. */
export type GeneratedValue = v.InferOutput<typeof generatedValue>;
