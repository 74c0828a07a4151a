// Whether every tenant has its throttling key: with `scim:throttle=tenant` the gateway refuses tenants without one.

import type { Config } from '../../../lib/settings/config.ts';
import { tenantsWithoutThrottleKey } from '../../shared/throttle-keys.ts';
import { openDeployment } from '../deployment/deployment.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { type Check, fail, look, ok } from './check.ts';

/** How many are listed by name. */
const NAMED = 5;

/** For an existing stack; no check when tenants are not throttled by their own keys. */
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
          `The gateway would refuse the tenants that have no key (${missing.length}: ${names}): deploy with -c scim:throttle=standin, then run ` +
            `\`npm run scim -- --stack ${stack} tenant throttle --all\`, then deploy with tenant.`,
        );
      } catch (error) {
        // The stack belongs to another application.
        if (error instanceof OperatorError) return fail(error.message);
        throw error;
      }
    },
  );
