// The gateway's Lambda authorizer: verifies the bearer token. The gateway caches the answer per token.

import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import * as v from 'valibot';
import { secretPrefix } from '../credentials/secrets-manager.ts';
import { NEW_KEY_MS, standInKey, throttleKey } from '../credentials/throttle-key.ts';
import { isOwnKey, reportRefusal } from '../credentials/token-refusals.ts';
import { authenticate } from '../credentials/verify.ts';
import { readEnvironment } from '../platform/environment.ts';
import { logInfo } from '../platform/log.ts';
import { putMetric } from '../platform/metrics.ts';
import type { Principal } from '../tenants/principal.ts';
import { createdAtMs, type Incarnation, partsOf, type TenantId, tenantOf } from '../tenants/tenant.ts';

/** TENANT_THROTTLE: throttle each tenant by its own key, or all by the stand-in; unset when the stack has no usage plan. */
const { TENANT_THROTTLE: throttle, METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
  TENANT_THROTTLE: v.optional(v.picklist(['standin', 'tenant'])),
});

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/**
 * Answers with a policy for the paths of the token's tenant. Rejects with `Unauthorized`, which the gateway turns into 401,
 * for a token that is refused; with any other error, which becomes 503, when it could not be verified: after a 401 Entra
 * quarantines the tenant, after a 503 it only retries later.
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
  const { cause, claimed } = verdict.refused;
  // `scim log` finds it by the request id that Lambda adds, and that the access log has too.
  logInfo('token refused', { cause, keyId: claimed?.keyId });
  await reportRefusal(verdict.refused);
  throw new Error('Unauthorized', { cause });
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

/** A new tenant's key may not have reached all of the gateway yet. */
const keyOf = (tenant: Incarnation) =>
  throttle === 'standin' || Date.now() < createdAtMs(tenant) + NEW_KEY_MS
    ? standInKey(secretPrefix)
    : throttleKey(secretPrefix, tenantOf(tenant));

/**
 * The whole Tenant URL in both its forms, and nothing else: the gateway applies the cached policy to every request with this
 * token. `/v2` without a tenant is allowed too: there the token itself selects the tenant. Each method is listed, because
 * `*` in a policy matches slashes: with `*` for the method, `GET/other/v2/Users/acme/v2/x` would match as well.
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
