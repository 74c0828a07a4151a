// So that no tenant takes the service from the others: a usage plan counts each tenant by its API key. The key is made
// and removed with the tenant; the authorizer names it, the client never sees it.

import type { RestApi, UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { Config } from './config.ts';

/** Whether the gateway asks for a tenant's key. The emulator of the end-to-end test would ask the client for it. */
export const isThrottled = ({ tenantRequestsPerSecond, emulator }: Config): boolean =>
  tenantRequestsPerSecond > 0 && !emulator;

/** The usage plan that the keys of all tenants belong to. */
export class TenantThrottle extends Construct {
  readonly usagePlan: UsagePlan;

  constructor(scope: Construct, id: string, api: RestApi, config: Config) {
    super(scope, id);
    this.usagePlan = api.addUsagePlan('TenantPlan', {
      description: 'What each SCIM tenant may send.',
      throttle: { rateLimit: config.tenantRequestsPerSecond, burstLimit: config.tenantBurst },
      apiStages: [{ api, stage: api.deploymentStage }],
    });
  }
}
