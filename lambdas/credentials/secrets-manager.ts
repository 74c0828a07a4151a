// The Secrets Manager client, and the names of tenants' secrets.

import {
  InvalidRequestException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import { asIncarnation, type Incarnation } from '../platform/tenant.ts';

/** The folder name that separates the secrets of this deployment from those of others in the account. */
export const { SECRET_PREFIX: secretPrefix } = readEnvironment({
  SECRET_PREFIX: v.optional(v.pipe(v.string(), v.regex(/^[\w-]+$/)), 'scim'),
});

/**
 * The client, one per function. The SDK's three attempts, after the wait in forgery.ts, fit into the authorizer's 9 s, so
 * that it still answers during an outage.
 */
export const secrets = new SecretsManagerClient({
  requestHandler: { connectionTimeout: 1000, requestTimeout: 1000, throwOnRequestTimeout: true },
});

/** The prefix of all tenants' secrets: `scim/`. */
export const secretsFolder = `${secretPrefix}/`;

/** The name of the secret of a tenant's tokens: `scim/acme.t1a2b3/token`. */
export const secretName = (tenant: Incarnation) => `${secretsFolder}${tenant}/token`;

/**
 * The tenant of a secret, by its ARN (`arn:…:secret:scim/acme.t1a2b3/token-AbCdEf`) or its name; undefined for a secret that
 * is not a tenant's.
 */
export const tenantOfSecret = (secretId: string): Incarnation | undefined => {
  const [, folder, tenant] = /(?:^|:)([^:/]+)\/([^:/]+)\/token(?:-\w{6})?$/.exec(secretId) ?? [];
  return folder === secretPrefix ? asIncarnation(tenant) : undefined;
};

/** The answer of `send`, or undefined when the secret or version does not exist or is being deleted. */
export const unlessAbsent = async <Answer>(send: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await send;
  } catch (error) {
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException)
      return undefined;
    throw error;
  }
};
