// The secret of the deployment that all tests share: a value that they can make tokens and keys from by themselves.

import { makeToken, type TokenKey } from '../../lambdas/credentials/token.ts';

/** As the template would name one: DEPLOYMENT_SECRET_ID is its name. */
export const deploymentSecret = {
  Name: 'deployment',
  SecretString: 'sSecretOfAllTestsWhichIsAsLongAsTheOneThatSecretsManagerMakes064',
} as const;

/** A token that nobody stored, with the MAC of one that was made here. */
export const inventToken = (key: TokenKey): string => makeToken(key, deploymentSecret.SecretString);
