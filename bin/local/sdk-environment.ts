// Code meets AWS only through the SDK, and the SDK is told where AWS is by its own variables.

import { localCredentials } from './local-credentials.ts';

export interface Endpoints {
  readonly dynamodb: string;
  readonly secretsManager: string;
  readonly eventBridge?: string;
  readonly apiGateway?: string;
  readonly s3?: string;
}

/** How many times longer than on AWS a call may take (lambdas/platform/patience.ts). */
const EMULATOR_PATIENCE = '10';

/** The variables that point an AWS SDK at the emulators. */
export const sdkEnvironment = ({ dynamodb, secretsManager, eventBridge, apiGateway, s3 }: Endpoints) => ({
  ...localCredentials,
  STORE_PATIENCE: EMULATOR_PATIENCE,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager,
  ...(eventBridge && { AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge }),
  ...(apiGateway && { AWS_ENDPOINT_URL_API_GATEWAY: apiGateway }),
  ...(s3 && { AWS_ENDPOINT_URL_S3: s3 }),
});

/** Gives this process `variables`, and takes away the credentials of its user, which the SDK would prefer to them. */
export const enterEnvironment = (variables: Readonly<Record<string, string>>): void => {
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL']) delete process.env[name];
  Object.assign(process.env, variables);
};
