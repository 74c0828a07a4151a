// The settings that API Gateway has per account and region: the role that writes access logs, and the throttle.

import {
  APIGatewayClient,
  GetAccountCommand,
  type GetAccountCommandOutput,
} from '@aws-sdk/client-api-gateway';
import type { Config } from '../../../lib/settings/config.ts';
import { type Check, type Finding, fail, look, ok, warn } from './check.ts';

/** Two checks with one call. */
export const lookAtGatewayAccount = async (config: Config, stackExists: boolean): Promise<Check[]> => {
  const gateway = new APIGatewayClient({});
  const region = await gateway.config.region();
  const asked = gateway.send(new GetAccountCommand({}));
  const lookAt = (name: string, judge: (account: GetAccountCommandOutput) => Finding | Promise<Finding>) =>
    look(name, 'apigateway:GET on /account', async () => judge(await asked));
  return Promise.all([
    lookAt('log role', ({ cloudwatchRoleArn }) => judgeRole(cloudwatchRoleArn, config, stackExists)),
    lookAt('gateway throttle', ({ throttleSettings }) =>
      judgeThrottle(throttleSettings?.rateLimit ?? 0, region, config),
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
        'API Gateway has no role for access logs in this account and region, without which the stage cannot be created: set ' +
          '-c scim:gatewayLogRole=true, or give it one (docs/operating.md, "Before the first deployment").',
      );
};

const judgeThrottle = async (rate: number, region: string, config: Config): Promise<Finding> => {
  const { stageRateIn } = await import('../../../lib/api/stage-throttle.ts');
  const stage = stageRateIn(region, config);
  const account = `The account takes ${number(rate)} requests a second in this region, all its APIs together`;
  if (stage === 0 || stage >= rate) {
    return warn(
      `${account}, and the stage would take all of it: set -c scim:stageRequestsPerSecond=${number(rate / 2, false)}, ` +
        'unless this is its only API.',
    );
  }
  if (config.tenantRequestsPerSecond > stage) {
    return warn(
      `The stage takes ${number(stage)} requests a second; scim:tenantRequestsPerSecond=${config.tenantRequestsPerSecond} is more ` +
        'and protects no tenant from another.',
    );
  }
  return ok(`${account}; the stage takes ${number(stage)} of them at most.`);
};

const number = (value: number, grouped = true) =>
  grouped ? value.toLocaleString('en') : String(Math.floor(value));
