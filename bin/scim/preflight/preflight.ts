// scim preflight: what to put right in an AWS account before a deployment.

import { defineCommand, option } from '../command/define-command.ts';
import { repeated } from '../command/option-values.ts';
import { hasLocalRun } from '../deployment/deployment.ts';
import { OperatorError } from '../errors/operator-error.ts';

export const preflight = defineCommand({
  name: 'preflight',
  summary: 'Check the AWS account before a deployment: quotas, log role, certificates, names',
  options: {
    context: option<readonly string[]>('<key=value>', 'A setting, as for `cdk deploy -c` (repeatable)', {
      short: '-c',
      parse: repeated,
    }),
  },
  runBeforeDeployment: async ({ stack, port, local }, { context = [] }) => {
    if (local || port !== undefined || (stack === undefined && hasLocalRun())) {
      throw new OperatorError(
        'preflight checks an AWS account before a deployment, and a local run has none: name the stack with --stack.',
      );
    }
    const { checkAccount } = await import('./check-account.ts');
    const { readSettings } = await import('./settings.ts');
    return checkAccount(await readSettings(context, stack));
  },
});
