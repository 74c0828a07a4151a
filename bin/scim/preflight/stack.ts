// The stack as CloudFormation knows it: whether this is its first deployment, and whether an earlier attempt is in the way.

import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { type Check, type Finding, fail, look, ok, warn } from './check.ts';

export interface StackState {
  readonly check: Check;
  /** Whether resources of the stack are there, so that what has its names is its own. */
  readonly exists: boolean;
}

/** Looks for the stack in the account and region of the session, and for the endpoint in a stack that has more. */
export const lookAtStack = async (stackName: string, endpoint: string | undefined): Promise<StackState> => {
  let found: Stack | undefined;
  const check = await look('stack', 'cloudformation:DescribeStacks', async () => {
    found = await findStack(stackName);
    return judge(stackName, found?.StackStatus);
  });
  const hasEndpoint =
    endpoint === undefined ||
    (found?.Outputs?.some(({ OutputKey }) => OutputKey === `${endpoint}SecretPrefix`) ?? false);
  // Where one may not look, nothing that has its names is called a stranger.
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

/** What a failed first deployment leaves is not the stack's any more, however long its name is kept. */
const isThere = (status: string | undefined) =>
  status !== undefined && !['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'].includes(status);

const judge = (stackName: string, status: string | undefined): Finding => {
  if (status === undefined) return ok(`There is no stack ${stackName} yet: this is its first deployment.`);
  if (status === 'REVIEW_IN_PROGRESS') {
    return warn(
      `Stack ${stackName} was prepared and never deployed: \`aws cloudformation delete-stack --stack-name ${stackName}\`, unless ` +
        'somebody is about to.',
    );
  }
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED') {
    return fail(
      `The first deployment of stack ${stackName} failed (${status}), and it cannot be updated: docs/operating.md, ` +
        '"A first deployment that failed", has the commands that clear it away.',
    );
  }
  if (status.endsWith('_IN_PROGRESS'))
    return fail(`Stack ${stackName} is being changed (${status}): wait for its end.`);
  if (status.endsWith('_FAILED')) {
    return fail(
      `Stack ${stackName} is in ${status}: see its events in CloudFormation; \`aws cloudformation continue-update-rollback\` ` +
        'or `delete-stack` comes first.',
    );
  }
  return ok(`Stack ${stackName} is there (${status}) and will be updated.`);
};
