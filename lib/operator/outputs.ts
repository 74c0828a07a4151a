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
  const { archive, eventBus, failedChanges, processor } = changes;
  return {
    BaseUrl: [
      api.baseUrl,
      'The beginning of Tenant URLs: append /<tenant>/v2, and replace {tenant} if there is one.',
    ],
    TableName: [directory.table.tableName, 'The table with the data of all tenants.'],
    SecretPrefix: [config.secretPrefix, 'Tokens are in the secrets <prefix>/<tenant>.<incarnation>/token.'],
    DeploymentSecretArn: [
      deploymentSecret.secretArn,
      'The secret from which token MACs and webhook signing keys are derived.',
    ],
    EventBusName: [eventBus.eventBusName, 'The bus that events are published to.'],
    EventArchiveArn: archive && [archive.attrArn, 'The archive of published events, for a replay.'],
    FailedChangesBucket: [
      failedChanges.bucket.bucketName,
      'Changes that could not be processed, for a redrive.',
    ],
    ChangesFunctionName: [processor.functionName, 'The function that processes changes, for a redrive.'],
    RotationFunctionArn: [tokens.rotation.functionArn, 'The function that rotates tokens, for RotateSecret.'],
    TokenGraceDays: [String(config.tokenGraceDays), 'Days that a previous token is accepted.'],
    RestApiId: [api.api.restApiId, 'The API, whose authorizer cache a revocation flushes.'],
    StageName: [api.api.deploymentStage.stageName, 'The stage of the API.'],
    AccessLogGroup: [api.accessLog.logGroup.logGroupName, 'The access log: one line per request.'],
    AuthorizerLogGroup: [
      tokens.authorizer.logGroup.logGroupName,
      'The log of the authorizer: why tokens were refused.',
    ],
    ...domainTargets(api),
    UsagePlanId: api.throttle && [
      api.throttle.usagePlan.usagePlanId,
      "The usage plan of the tenants' throttling keys.",
    ],
    DashboardName: observability && [observability.dashboardName, 'The dashboard in CloudWatch.'],
    AlarmTopicArn: observability && [observability.alarmTopic.topicArn, 'The SNS topic that alarms notify.'],
  };
};

const domainTargets = ({ api, domains }: OperatedParts['api']): Record<string, Output | undefined> => {
  const [first, ...further] = domains;
  const targets = Object.fromEntries(domains.map(({ name, target }) => [name, target]));
  return {
    DomainTarget: first && [first.target, 'The host name that the DNS record of the domain must point to.'],
    DomainTargets:
      further.length > 0
        ? [
            Stack.of(api).toJsonString(targets),
            'The host name that the DNS record of each domain must point to.',
          ]
        : undefined,
  };
};
