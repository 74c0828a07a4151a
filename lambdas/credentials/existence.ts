// Whether a tenant exists, for whoever may not read the table: it has a secret from its creation to its deletion.

import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Incarnation } from '../tenants/tenant.ts';
import { secretName, secrets, unlessAbsent } from './secrets-manager.ts';

/**
 * Whether the tenant has a token, or had one until it was revoked. One call: the one for a version of a secret says
 * ResourceNotFoundException of an unknown version and of an unknown secret alike.
 */
export const hasSecret = async (tenant: Incarnation, abortSignal: AbortSignal): Promise<boolean> => {
  const request = new GetSecretValueCommand({ SecretId: secretName(tenant) });
  return (await unlessAbsent(secrets.send(request, { abortSignal }))) !== undefined;
};
