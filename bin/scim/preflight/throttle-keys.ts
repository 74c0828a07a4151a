// Whether every tenant has the key that `scim:throttle=tenant` counts it by: the gateway would refuse those that have none.

import type { Config } from '../../../lib/config.ts';
import { OperatorError } from '../command/operator-error.ts';
import { openDeployment } from '../deployment/deployment.ts';
import { tenantsWithoutThrottleKey } from '../deployment/throttle-keys.ts';
import { type Check, fail, look, ok } from './check.ts';

/** So many are named. */
const NAMED = 5;

/** Of a stack that is there; nothing, where no tenant is counted by its own key. */
export const lookAtThrottleKeys = (
  { throttle, tenantRequestsPerSecond }: Config,
  stack: string,
): Promise<Check>[] => (throttle === 'standin' || tenantRequestsPerSecond === 0 ? [] : [lookAtKeysOf(stack)]);

const lookAtKeysOf = (stack: string): Promise<Check> =>
  look(
    'throttle keys',
    'cloudformation:DescribeStacks, apigateway:GET on /usageplans, dynamodb:Query',
    async () => {
      try {
        const { outputs } = await openDeployment({ stack });
        const missing = await tenantsWithoutThrottleKey(outputs);
        if (missing.length === 0) return ok('Every tenant has its key.');
        const names = [...missing.slice(0, NAMED), ...(missing.length > NAMED ? ['…'] : [])].join(', ');
        return fail(
          `The gateway would refuse the tenants that have no key (${missing.length}: ${names}): deploy with -c scim:throttle=standin, then ` +
            `\`npm run scim -- --stack ${stack} tenant throttle --all\`, then deploy with tenant.`,
        );
      } catch (error) {
        // A stack of another application has our name.
        if (error instanceof OperatorError) return fail(error.message);
        throw error;
      }
    },
  );
