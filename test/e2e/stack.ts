// What the deployed stack says about itself: its outputs, and of its template the one setting that the test waits for.

import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import * as v from 'valibot';
import { readStackOutputs } from '../../bin/scim/deployment/stack-outputs.ts';
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

/** `Scim`, or `Product.Scim` as for the operator's command; throws when it has no such outputs. */
export const describeStack = async (name: string): Promise<DeployedStack> => {
  const found = v.parse(outputs, await readStackOutputs(name));
  const [StackName] = name.split('.');
  const request = new GetTemplateCommand({ StackName });
  const { TemplateBody = '{}' } = await new CloudFormationClient({}).send(request);
  const { Resources }: Template = JSON.parse(TemplateBody);
  const authorizer = Object.values(Resources).find(({ Type }) => Type === 'AWS::ApiGateway::Authorizer');
  return {
    name,
    ...found,
    authorizerCacheSeconds: v.parse(v.number(), authorizer?.Properties?.AuthorizerResultTtlInSeconds),
  };
};
