// Throttling per tenant: a usage plan counts each tenant by its API key, so that none starves the others. The key is created
// and deleted with the tenant. The authorizer returns it; the client never sees it.

import { ApiKey, CfnUsagePlanKey, type RestApi, type UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { standInKey } from '../../lambdas/credentials/throttle-key.ts';
import type { Config, PartProps } from '../settings/config.ts';

/** Whether methods require an API key. The emulator of the end-to-end test would expect it from the client. */
export const isThrottled = ({ tenantRequestsPerSecond, emulator }: Config): boolean =>
  tenantRequestsPerSecond > 0 && !emulator;

/**
 * Which key the authorizer returns; undefined for none. It returns the stand-in key even where methods require none: once they
 * do, the gateway may still use authorizer results that it cached before.
 */
export const namedKey = (config: Config): Config['throttle'] | undefined => {
  if (config.emulator) return undefined;
  return isThrottled(config) ? config.throttle : 'standin';
};

/** What a usage plan is made from. */
interface ThrottleProps extends PartProps {
  /** The API whose requests the plan counts. */
  readonly api: RestApi;
}

/** The usage plan that the keys of all tenants belong to. */
export class TenantThrottle extends Construct {
  /** Its rate and burst hold for each key. */
  readonly usagePlan: UsagePlan;

  constructor(scope: Construct, id: string, { api, config }: ThrottleProps) {
    super(scope, id);
    this.usagePlan = api.addUsagePlan('TenantPlan', {
      description: 'The limit of each SCIM tenant.',
      throttle: { rateLimit: config.tenantRequestsPerSecond, burstLimit: config.tenantBurst },
      apiStages: [{ api, stage: api.deploymentStage }],
    });
  }
}

/** The stand-in key, for tenants whose own key may not exist yet, and its usage plan. */
export class StandIn extends Construct {
  constructor(scope: Construct, id: string, { api, config }: ThrottleProps) {
    super(scope, id);
    const plan = api.addUsagePlan('StandInPlan', {
      description: 'The limit of all SCIM tenants together whose own keys may not exist yet.',
      throttle: { rateLimit: config.standInRequestsPerSecond, burstLimit: config.standInRequestsPerSecond },
      apiStages: [{ api, stage: api.deploymentStage }],
    });
    const { name, value } = standInKey(config.secretPrefix);
    const description = 'Stands in for keys of SCIM tenants that do not exist yet.';
    const { keyId } = new ApiKey(this, 'Key', { apiKeyName: name, value, description });
    // UsagePlan.addApiKey would put the stack's id into the logical id.
    const { usagePlanId } = plan;
    new CfnUsagePlanKey(this, 'KeyInPlan', { keyId, keyType: 'API_KEY', usagePlanId });
  }
}
