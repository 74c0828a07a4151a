// The settings that API Gateway has once for an account and region: the role that writes access logs, and the throttle.

import {
  APIGatewayClient,
  GetAccountCommand,
  type GetAccountCommandOutput,
} from '@aws-sdk/client-api-gateway';
import type { Config } from '../../../lib/config.ts';
import { type Check, type Finding, fail, look, ok, warn } from './check.ts';

/** Two looks at one answer. */
export const lookAtGatewayAccount = async (config: Config, stackExists: boolean): Promise<Check[]> => {
  const asked = new APIGatewayClient({}).send(new GetAccountCommand({}));
  const lookAt = (name: string, judge: (account: GetAccountCommandOutput) => Finding) =>
    look(name, 'apigateway:GET on /account', async () => judge(await asked));
  return Promise.all([
    lookAt('log role', ({ cloudwatchRoleArn }) => judgeRole(cloudwatchRoleArn, config, stackExists)),
    lookAt('gateway throttle', ({ throttleSettings }) =>
      judgeThrottle(throttleSettings?.rateLimit ?? 0, config),
    ),
  ]);
};

const judgeRole = (
  role: string | undefined,
  { gatewayLogRole }: Pick<Config, 'gatewayLogRole'>,
  stackExists: boolean,
): Finding => {
  if (gatewayLogRole) {
    return role && !stackExists
      ? warn(
          `The account has the log role ${role} in this region, and scim:gatewayLogRole=true replaces it for every API: ` +
            'leave the setting off.',
        )
      : ok('The stack gives API Gateway its log role (scim:gatewayLogRole=true).');
  }
  return role
    ? ok(`API Gateway writes access logs as ${role}.`)
    : fail(
        'API Gateway has no role for access logs in this account and region, without which the stage cannot be made: set ' +
          '-c scim:gatewayLogRole=true, or give it one (docs/operating.md, "Before the first deployment").',
      );
};

const judgeThrottle = (rate: number, config: Config): Finding => {
  const { tenantRequestsPerSecond: tenant } = config;
  const account = `The account takes ${rate.toLocaleString('en')} requests a second in this region, all its APIs together`;
  if (tenant > rate) {
    return warn(
      `${account}; scim:tenantRequestsPerSecond=${tenant} is more and protects nobody from anybody.`,
    );
  }
  return ok(`${account}.`);
};
