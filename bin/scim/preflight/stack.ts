// The state of the stack in CloudFormation: whether this is its first deployment, and whether a failed attempt is in the way.

import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { type Check, type Finding, fail, look, ok, warn } from './check.ts';

interface StackState {
  readonly check: Check;
  /** Whether the stack has resources, so that the names in use are its own. */
  readonly exists: boolean;
}

/** Finds the stack in the account and region of the session, and the endpoint in it. */
export const lookAtStack = async (stackName: string, endpoint: string | undefined): Promise<StackState> => {
  let found: Stack | undefined;
  const check = await look('stack', 'cloudformation:DescribeStacks', async () => {
    found = await findStack(stackName);
    return judge(stackName, found?.StackStatus);
  });
  const hasEndpoint =
    endpoint === undefined ||
    (found?.Outputs?.some(({ OutputKey }) => OutputKey === `${endpoint}SecretPrefix`) ?? false);
  // Without permission to see the stack, names in use are assumed to be its own.
  const exists = check.outcome === 'unknown' || (isThere(found?.StackStatus) && hasEndpoint);
  return { check, exists };
};

const findStack = async (StackName: string): Promise<Stack | undefined> => {
  try {
    const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
};

/** The remains of a failed first deployment no longer belong to the stack, although its name is still taken. */
const isThere = (status: string | undefined) =>
  status !== undefined && !['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'].includes(status);

const judge = (stackName: string, status: string | undefined): Finding => {
  if (status === undefined) return ok(`There is no stack ${stackName} yet: this is its first deployment.`);
  if (status === 'REVIEW_IN_PROGRESS') {
    return warn(
      `Stack ${stackName} was prepared and never deployed: \`aws cloudformation delete-stack --stack-name ${stackName}\`, unless ` +
        'somebody is about to deploy it.',
    );
  }
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED') {
    return fail(
      `The first deployment of stack ${stackName} failed (${status}), and it cannot be updated: docs/operating.md, ` +
        '"A first deployment that failed", has the commands that remove it.',
    );
  }
  if (status.endsWith('_IN_PROGRESS'))
    return fail(`Stack ${stackName} is being changed (${status}): wait until that has finished.`);
  if (status.endsWith('_FAILED')) {
    return fail(
      `Stack ${stackName} is in ${status}: see its events in CloudFormation; \`aws cloudformation continue-update-rollback\` ` +
        'or `delete-stack` has to come first.',
    );
  }
  return ok(`Stack ${stackName} exists (${status}) and will be updated.`);
};
