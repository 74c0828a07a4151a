// Resources that the settings name by ARN and that must be in the deployment's region. It needs no call: the ARN has the region.

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Config } from '../../../lib/settings/config.ts';
import { type Check, fail, ok } from './check.ts';

/** Checks the alarm topic and the web ACL, if they are set. */
export const lookAtRegions = async ({ alarmTopicArn, webAcl }: Config): Promise<Check[]> => {
  const region = await new CloudFormationClient({}).config.region();
  const named = { 'alarm topic': alarmTopicArn, 'web ACL': webAcl.startsWith('arn:') ? webAcl : undefined };
  return Object.entries(named).flatMap(([name, arn]) => {
    if (arn === undefined) return [];
    const its = arn.split(':')[3];
    const found =
      its === region
        ? ok('It is in the region of the deployment.')
        : fail(
            `It is in ${its} and the deployment in ${region}, where AWS does not accept it: set one in ${region}.`,
          );
    return [{ name, ...found }];
  });
};
