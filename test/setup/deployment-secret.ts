// The deployment secret of all tests: a fixed value, so that they can derive tokens and signing secrets themselves.

import { makeToken, type TokenKey } from '../../lambdas/credentials/token.ts';

/** As it is created in the emulator; DEPLOYMENT_SECRET_ID is its name. */
export const deploymentSecret = {
  Name: 'deployment',
  SecretString: 'sSecretOfAllTestsWhichIsAsLongAsTheOneThatSecretsManagerMakes064',
} as const;

/** A token with a valid MAC that is not stored. */
export const inventToken = (key: TokenKey): string => makeToken(key, deploymentSecret.SecretString);
