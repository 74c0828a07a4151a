// The one Secrets Manager client of a function, and how the secrets of tenants are called.

import {
  InvalidRequestException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import { asIncarnation, type Incarnation } from '../tenants/tenant.ts';

/** What sets the secrets of this deployment apart from those of others in the account. */
export const { SECRET_PREFIX: prefix } = readEnvironment({
  SECRET_PREFIX: v.optional(v.pipe(v.string(), v.regex(/^[\w-]+$/)), 'scim'),
});

// Three attempts, and the patience of forgery.ts before them, fit into the 9 s that an authorizer has, so that in an outage
// it can still answer.
export const secrets = new SecretsManagerClient({
  requestHandler: { connectionTimeout: 1000, requestTimeout: 1000, throwOnRequestTimeout: true },
});

/** The folder of all tenants' secrets: `scim/`. */
export const secretsFolder = `${prefix}/`;

/** `scim/acme.t1a2b3/token`. */
export const secretName = (tenant: Incarnation) => `${secretsFolder}${tenant}/token`;

/**
 * The tenant of a secret that Secrets Manager names by its ARN, `arn:…:secret:scim/acme.t1a2b3/token-AbCdEf`, or by
 * its name.
 */
export const tenantOfSecret = (secretId: string): Incarnation | undefined => {
  const [, folder, tenant] = /(?:^|:)([^:/]+)\/([^:/]+)\/token(?:-\w{6})?$/.exec(secretId) ?? [];
  return folder === prefix ? asIncarnation(tenant) : undefined;
};

/** What `send` answers, or undefined where the secret or the version does not exist (or is being deleted). */
export const unlessAbsent = async <Answer>(send: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await send;
  } catch (error) {
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException)
      return undefined;
    throw error;
  }
};
