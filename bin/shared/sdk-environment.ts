// The code reaches AWS only through the SDK, and the SDK's own variables point it at the emulators.

import { localCredentials } from './local-credentials.ts';

interface Endpoints {
  readonly dynamodb: string;
  readonly secretsManager: string;
  readonly eventBridge?: string;
  readonly apiGateway?: string;
  readonly s3?: string;
}

/** How many times longer than on AWS a call may take: a factor for lambdas/platform/store-timeout.ts. */
const EMULATOR_TIMEOUT_FACTOR = '10';

/** The variables that point an AWS SDK at the emulators. */
export const sdkEnvironment = ({ dynamodb, secretsManager, eventBridge, apiGateway, s3 }: Endpoints) => ({
  ...localCredentials,
  STORE_TIMEOUT_FACTOR: EMULATOR_TIMEOUT_FACTOR,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager,
  ...(eventBridge && { AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge }),
  ...(apiGateway && { AWS_ENDPOINT_URL_API_GATEWAY: apiGateway }),
  ...(s3 && { AWS_ENDPOINT_URL_S3: s3 }),
});

/** Sets `variables` in this process, and removes the user's own credentials, which the SDK would prefer. */
export const enterEnvironment = (variables: Readonly<Record<string, string>>): void => {
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL']) delete process.env[name];
  Object.assign(process.env, variables);
};
