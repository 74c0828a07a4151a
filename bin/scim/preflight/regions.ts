// What the settings name by an ARN and AWS takes only from the deployment's own region. There is nothing to ask: the ARN says it.

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Config } from '../../../lib/settings/config.ts';
import { type Check, fail, ok } from './check.ts';

/** The topic of the alarms and the web ACL, as far as they are set. */
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
            `It is in ${its} and the deployment in ${region}, where AWS does not take it: set one of ${region}.`,
          );
    return [{ name, ...found }];
  });
};
