// What a deployed stack says about itself, so that nothing about it is configured twice.

import { readFileSync } from 'node:fs';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { rootPath } from '../local/root-path.ts';
import { OperatorError } from './operator-error.ts';

const OUTPUTS = ['BaseUrl', 'TableName', 'SecretPrefix'] as const;

export type StackOutputs = Readonly<Record<(typeof OUTPUTS)[number], string>>;

/** The name that `cdk deploy` would use: the setting in cdk.json, or `Scim`. */
export const defaultStackName = (): string => {
  const { context } = JSON.parse(readFileSync(rootPath('cdk.json'), 'utf8'));
  return context?.['scim:stackName'] ?? 'Scim';
};

/**
 * The outputs of the stack in the account and region of the AWS session; throws when there is no such stack.
 */
export const readStackOutputs = async (stackName: string): Promise<StackOutputs> => {
  const client = new CloudFormationClient({});
  const { Stacks } = await client
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch(async (error: unknown) => {
      if (!(error instanceof Error && /does not exist/.test(error.message))) throw error;
      const region = await client.config.region();
      throw new OperatorError(
        `There is no stack ${stackName} in this account in ${region}: check the AWS session and the region, ` +
          'name another with --stack, or deploy it with `npx cdk deploy`.',
      );
    });
  const outputs = new Map(
    Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  return Object.fromEntries(
    OUTPUTS.map((key) => [key, required(outputs.get(key), key, stackName)]),
  ) as StackOutputs;
};

const required = (value: string | undefined, key: string, stackName: string): string => {
  if (value) return value;
  throw new OperatorError(
    `Stack ${stackName} has no output ${key}: it is not a stack of this application, or an old one.`,
  );
};
