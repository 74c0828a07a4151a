// What the deployed stack says about itself: its outputs, and of its template the one setting that the test waits for.

import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import * as v from 'valibot';
import type { Template } from '../../lib/scim-app.ts';

const outputs = v.object({
  BaseUrl: v.string(),
  SecretPrefix: v.string(),
  RotationFunctionArn: v.string(),
  EventBusName: v.string(),
});

export interface DeployedStack extends v.InferOutput<typeof outputs> {
  readonly name: string;
  /** How long the gateway goes on accepting a token that was retired. */
  readonly authorizerCacheSeconds: number;
}

/** The stack in the account and region of the AWS session; throws when it has no such outputs. */
export const describeStack = async (name: string): Promise<DeployedStack> => {
  const client = new CloudFormationClient({});
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
  const found = Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]) ?? [];
  const { TemplateBody = '{}' } = await client.send(new GetTemplateCommand({ StackName: name }));
  const { Resources }: Template = JSON.parse(TemplateBody);
  const authorizer = Object.values(Resources).find(({ Type }) => Type === 'AWS::ApiGateway::Authorizer');
  return {
    name,
    ...v.parse(outputs, Object.fromEntries(found)),
    authorizerCacheSeconds: v.parse(v.number(), authorizer?.Properties?.AuthorizerResultTtlInSeconds),
  };
};
