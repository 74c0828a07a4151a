// The outputs of a deployed stack, so that nothing about it is configured twice.

import { readFileSync } from 'node:fs';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { rootPath } from '../../shared/root-path.ts';
import { OperatorError } from '../errors/operator-error.ts';

/** Outputs that every command needs. */
const OUTPUTS = ['BaseUrl', 'TableName', 'SecretPrefix'] as const;

/** Outputs that some commands need and only some stacks have. */
type FurtherOutput =
  | 'AccessLogGroup'
  | 'AuthorizerLogGroup'
  | 'ChangesFunctionName'
  | 'DeploymentSecretArn'
  | 'DomainTarget'
  | 'EventArchiveArn'
  | 'EventBusName'
  | 'FailedChangesBucket'
  | 'RestApiId'
  | 'RotationFunctionArn'
  | 'StageName'
  | 'TokenGraceDays'
  | 'UsagePlanId';

/** By output name. */
export type StackOutputs = Readonly<
  Record<(typeof OUTPUTS)[number], string> & Partial<Record<FurtherOutput, string>>
>;

/** The stack that `cdk deploy` would deploy: the setting in cdk.json, or `Scim`. */
export const defaultStackName = (): string => {
  const { context } = JSON.parse(readFileSync(rootPath('cdk.json'), 'utf8'));
  return context?.['scim:stackName'] ?? 'Scim';
};

/**
 * The outputs of the deployment in the account and region of the AWS session: `Scim`, or `Product.Scim` for the endpoint with
 * the id `Scim` in the stack `Product`. Throws an `OperatorError` when there is none.
 */
export const readStackOutputs = async (deployment: string): Promise<StackOutputs> => {
  const [stackName = '', endpoint] = deployment.split('.');
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
  const found = Object.fromEntries(
    Stacks?.[0]?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]) ?? [],
  );
  const prefix = endpoint ?? prefixIn(found, stackName);
  const outputs = Object.fromEntries(
    Object.entries(found)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  ) as StackOutputs;
  for (const name of OUTPUTS) requireOutput(outputs, name, `Stack ${deployment}`);
  return outputs;
};

/** The prefix of the outputs of the only endpoint in a stack; empty when the whole stack is the endpoint. */
const prefixIn = (outputs: Readonly<Record<string, string>>, stackName: string): string => {
  const [prefix = '', ...others] = Object.keys(outputs)
    .filter((name) => name.endsWith('SecretPrefix'))
    .map((name) => name.slice(0, -'SecretPrefix'.length));
  if (others.length === 0) return prefix;
  const names = [prefix, ...others].map((each) => `--stack ${stackName}.${each}`);
  throw new OperatorError(`Stack ${stackName} has several endpoints: choose one with ${names.join(' or ')}.`);
};

/** The output; throws an `OperatorError` when `deployment` (`stack Scim`) does not have it. */
export const requireOutput = (
  outputs: StackOutputs,
  name: keyof StackOutputs,
  deployment: string,
): string => {
  const value = outputs[name];
  if (value) return value;
  throw new OperatorError(
    `${deployment.charAt(0).toUpperCase()}${deployment.slice(1)} has no output ${name}: it is not a stack of this application, or it is too old.`,
  );
};
