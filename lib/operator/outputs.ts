// The outputs of the stack, in which the operator commands find everything that they need to know about a deployment.

import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Observability } from '../observability/observability.ts';
import type { OperatedParts } from './permissions.ts';

type Output = readonly [value: string, description: string];

/** Adds each of `outputs` to the stack as `<prefix><name>`; the operator commands find it by the end of that. */
export const addOutputs = (
  scope: Construct,
  prefix: string,
  outputs: Readonly<Record<string, Output | undefined>>,
): void => {
  for (const [name, output] of Object.entries(outputs)) {
    if (!output) continue;
    const [value, description] = output;
    new CfnOutput(scope, name, { value, description }).overrideLogicalId(`${prefix}${name}`);
  }
};

/** The outputs by name; undefined for what this deployment does not have. */
export const outputsOf = (
  { config, directory, changes, tokens, deploymentSecret, api }: OperatedParts,
  observability: Observability | undefined,
): Record<string, Output | undefined> => {
  const { archive, eventBus, failedChanges, follower } = changes;
  return {
    BaseUrl: [api.baseUrl, 'A Tenant URL is this with /<tenant>/v2, the tenant in place of a {tenant} too.'],
    TableName: [directory.table.tableName, 'The table; the operator commands find it by this output.'],
    SecretPrefix: [config.secretPrefix, 'Tokens are the secrets <prefix>/<tenant>.<incarnation>/token.'],
    DeploymentSecretArn: [
      deploymentSecret.secretArn,
      'What the MAC of tokens and the keys of webhooks come from.',
    ],
    EventBusName: [eventBus.eventBusName, 'The bus on which the product hears of changes.'],
    EventArchiveArn: archive && [archive.attrArn, 'What the bus had, to be replayed.'],
    FailedChangesBucket: [failedChanges.bucket.bucketName, 'Changes that could not be followed.'],
    ChangesFunctionName: [follower.functionName, 'What follows changes, for a redrive.'],
    RotationFunctionArn: [tokens.rotation.functionArn, 'What rotates a token, for RotateSecret.'],
    TokenGraceDays: [String(config.tokenGraceDays), 'How long a previous token is accepted.'],
    RestApiId: [api.api.restApiId, 'The API, whose memory of tokens a revocation flushes.'],
    StageName: [api.api.deploymentStage.stageName, 'The stage of the API.'],
    AccessLogGroup: [api.accessLog.logGroup.logGroupName, 'One line per request.'],
    ...domainTargets(api),
    UsagePlanId: api.throttle && [
      api.throttle.usagePlan.usagePlanId,
      "The plan that a tenant's API key belongs to.",
    ],
    DashboardName: observability && [observability.dashboardName, 'The dashboard in CloudWatch.'],
    AlarmTopicArn: observability && [
      observability.alarmTopic.topicArn,
      'The SNS topic that every alarm tells.',
    ],
  };
};

const domainTargets = ({ api, domains }: OperatedParts['api']): Record<string, Output | undefined> => {
  const [first, ...further] = domains;
  const targets = Object.fromEntries(domains.map(({ name, target }) => [name, target]));
  return {
    DomainTarget: first && [first.target, 'What DNS points your domain at.'],
    DomainTargets:
      further.length > 0
        ? [Stack.of(api).toJsonString(targets), 'What DNS points each of your domains at.']
        : undefined,
  };
};
