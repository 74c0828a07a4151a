// So that no tenant takes the service from the others: a usage plan counts each tenant by its API key. The key is made
// and removed with the tenant; the authorizer names it, the client never sees it.

import { ApiKey, CfnUsagePlanKey, type RestApi, type UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { standInKey } from '../../lambdas/credentials/throttle-key.ts';
import type { Config, PartProps } from '../settings/config.ts';

/** Whether the gateway asks for a key. The emulator of the end-to-end test would ask the client for it. */
export const isThrottled = ({ tenantRequestsPerSecond, emulator }: Config): boolean =>
  tenantRequestsPerSecond > 0 && !emulator;

/**
 * Which key the authorizer names; undefined for none. It names the stand-in also where the gateway asks for no key: on the
 * day when it begins to, it may remember the authorizer's answers from before.
 */
export const namedKey = (config: Config): Config['throttle'] | undefined => {
  if (config.emulator) return undefined;
  return isThrottled(config) ? config.throttle : 'standin';
};

/** What a usage plan is made from. */
export interface ThrottleProps extends PartProps {
  /** The API whose requests the plan counts. */
  readonly api: RestApi;
}

/** The usage plan that the keys of all tenants belong to. */
export class TenantThrottle extends Construct {
  readonly usagePlan: UsagePlan;

  constructor(scope: Construct, id: string, { api, config }: ThrottleProps) {
    super(scope, id);
    this.usagePlan = api.addUsagePlan('TenantPlan', {
      description: 'What each SCIM tenant may send.',
      throttle: { rateLimit: config.tenantRequestsPerSecond, burstLimit: config.tenantBurst },
      apiStages: [{ api, stage: api.deploymentStage }],
    });
  }
}

/** The key for tenants whose own may not be there, with a plan of its own. */
export class StandIn extends Construct {
  constructor(scope: Construct, id: string, { api, config }: ThrottleProps) {
    super(scope, id);
    const plan = api.addUsagePlan('StandInPlan', {
      description: 'What SCIM tenants may send together while their own keys may not be there.',
      throttle: { rateLimit: config.standInRequestsPerSecond, burstLimit: config.standInRequestsPerSecond },
      apiStages: [{ api, stage: api.deploymentStage }],
    });
    const { name, value } = standInKey(config.secretPrefix);
    const description = 'Stands in for the keys of SCIM tenants that are not there yet.';
    const { keyId } = new ApiKey(this, 'Key', { apiKeyName: name, value, description });
    // What the plan would add by itself has the stack's own id in its logical id.
    const { usagePlanId } = plan;
    new CfnUsagePlanKey(this, 'KeyInPlan', { keyId, keyType: 'API_KEY', usagePlanId });
  }
}
