// Who is calling: the gateway asks once per token and keeps the answer for as long as its cache says.

import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import * as v from 'valibot';
import { prefix } from '../credentials/secrets-manager.ts';
import { NEW_KEY_MS, standInKey, throttleKey } from '../credentials/throttle-key.ts';
import { isOwnKey, tellRefusal } from '../credentials/token-refusals.ts';
import { authenticate } from '../credentials/verify.ts';
import { readEnvironment } from '../platform/environment.ts';
import { putMetric } from '../platform/metrics.ts';
import type { Principal } from '../tenants/principal.ts';
import { createdAtMs, type Incarnation, partsOf, type TenantId, tenantOf } from '../tenants/tenant.ts';

/** TENANT_THROTTLE: whose key is named, each tenant's own, or the one that stands in for all; none where the stack has none. */
const { TENANT_THROTTLE: throttle, METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
  TENANT_THROTTLE: v.optional(v.picklist(['standin', 'tenant'])),
});

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/**
 * Answers with a policy for the paths of the token's tenant. Rejects with `Unauthorized`, which the gateway
 * turns into 401, for a token that is not accepted; with any other error, which becomes 503, when that could
 * not be found out: Entra quarantines a tenant for a 401, but only tries again later for a 503.
 */
export const handler = async ({
  authorizationToken,
  methodArn,
}: APIGatewayTokenAuthorizerEvent): Promise<APIGatewayAuthorizerResult> => {
  const [, presented] = /^Bearer +(\S+) *$/i.exec(authorizationToken ?? '') ?? [];
  if (presented === undefined) throw new Error('Unauthorized');
  const verdict = await authenticate(presented);
  if ('accepted' in verdict) return allow(verdict.accepted, methodArn);
  putMetric(namespace, 'TokenRefused', 1, { Key: isOwnKey(verdict.refused) ? 'own' : 'other' });
  await tellRefusal(verdict.refused);
  throw new Error('Unauthorized');
};

const allow = (principal: Principal, methodArn: string): APIGatewayAuthorizerResult => {
  const { tenant, incarnation } = partsOf(principal.tenant);
  return {
    principalId: tenant,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: pathsOf(tenant, methodArn) }],
    },
    context: { tenant, incarnation, keyId: principal.keyId },
    ...(throttle && { usageIdentifierKey: keyOf(principal.tenant).value }),
  };
};

/** A new tenant's key may not be known to all of the gateway yet. */
const keyOf = (tenant: Incarnation) =>
  throttle === 'standin' || Date.now() < createdAtMs(tenant) + NEW_KEY_MS
    ? standInKey(prefix)
    : throttleKey(prefix, tenantOf(tenant));

/**
 * The whole Tenant URL in both its forms and no other: the gateway applies the cached policy to every request with this
 * token. `/v2` without a tenant is nobody else's either: there it is the token that says whose it is. Each method is named,
 * because `*` in a policy crosses slashes: with `*` for the method, `GET/other/v2/Users/acme/v2/x` would match too.
 */
const pathsOf = (tenant: TenantId, methodArn: string): string[] => {
  const stageArn = methodArn.split('/', 2).join('/');
  return METHODS.flatMap((method) => [
    `${stageArn}/${method}/${tenant}/v2`,
    `${stageArn}/${method}/${tenant}/v2/*`,
    `${stageArn}/${method}/v2`,
    `${stageArn}/${method}/v2/*`,
  ]);
};
