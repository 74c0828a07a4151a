// The permissions that the operator commands need, on exactly this deployment. docs/iam has the same as policies to paste.

import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { ScimApi } from '../api/scim-api.ts';
import type { DeploymentSecret } from '../foundation/deployment-secret.ts';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import type { ChangePipeline } from '../pipeline/change-pipeline.ts';
import type { PartProps } from '../settings/config.ts';
import { allowListingSecrets, allowSecrets } from '../tenants/tenant-secrets.ts';
import type { TenantTokens } from '../tenants/tenant-tokens.ts';

/** The parts of a deployment that the commands use. */
export interface OperatedParts extends PartProps {
  readonly directory: DirectoryTable;
  readonly changes: ChangePipeline;
  readonly tokens: TenantTokens;
  readonly deploymentSecret: DeploymentSecret;
  readonly api: ScimApi;
}

/** For commands that only read, except tokens and failed changes. */
export const readPermissions = (
  scope: Construct,
  { config, directory, changes, tokens, api }: OperatedParts,
) => [
  allow(['cloudformation:DescribeStacks'], [Aws.STACK_ID]),
  ...directory.allow('BatchGetItem', 'DescribeTable', 'GetItem', 'Query'),
  allowSecrets(scope, config, 'DescribeSecret', 'ListSecretVersionIds'),
  allowListingSecrets(),
  allow(
    ['apigateway:GET'],
    [gatewayArn(scope, '/account'), gatewayArn(scope, '/apikeys'), gatewayArn(scope, '/usageplans/*/keys')],
  ),
  allow(['events:DescribeEventBus'], [changes.eventBus.eventBusArn]),
  allow(
    ['logs:FilterLogEvents'],
    [api.accessLog.logGroup.logGroupArn, tokens.authorizer.logGroup.logGroupArn],
  ),
];

/** For all commands. */
export const allPermissions = (scope: Construct, parts: OperatedParts) => {
  const { config, directory, changes, tokens, deploymentSecret, api } = parts;
  const archiveArn = changes.archive?.attrArn;
  return [
    ...readPermissions(scope, parts),
    ...directory.allow('BatchWriteItem', 'ConditionCheckItem', 'DeleteItem', 'PutItem', 'UpdateItem'),
    allowSecrets(
      scope,
      config,
      ...['CreateSecret', 'DeleteSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'],
      ...['RotateSecret', 'CancelRotateSecret'],
    ),
    deploymentSecret.allowReading(),
    ...changes.failedChanges.allow('GetObject', 'PutObject', 'DeleteObject'),
    allow(['lambda:InvokeFunction'], [tokens.rotation.functionArn, changes.processor.functionArn]),
    allow(
      ['apigateway:DELETE', 'apigateway:POST'],
      [
        ...['/apikeys', '/apikeys/*', '/usageplans/*/keys', '/usageplans/*/keys/*'].map((path) =>
          gatewayArn(scope, path),
        ),
        gatewayArn(scope, `/restapis/${api.api.restApiId}/stages/*/cache/authorizers`),
      ],
    ),
    changes.allowPublishing(),
    ...(archiveArn ? [allow(['events:StartReplay'], [archiveArn, replayArn(scope)])] : []),
  ];
};

/** Grants these permissions to a role of a person or a pipeline, as the grant methods of CDK do. */
export const grantAll = (grantee: IGrantable, [first, ...rest]: readonly PolicyStatement[]): Grant => {
  const grant = ({ actions, resources, conditions }: PolicyStatement) =>
    Grant.addToPrincipal({ grantee, actions, resourceArns: resources, conditions });
  if (!first) return Grant.drop(grantee, 'No permissions to grant.');
  return rest.reduce((all, statement) => all.combine(grant(statement)), grant(first));
};

const allow = (actions: string[], resources: string[]) => new PolicyStatement({ actions, resources });

/** ARNs of API Gateway's control plane have no account; the ids of keys are not known in advance. */
const gatewayArn = (scope: Construct, path: string): string =>
  `arn:${Aws.PARTITION}:apigateway:${Stack.of(scope).region}::${path}`;

const replayArn = (scope: Construct): string =>
  Stack.of(scope).formatArn({
    service: 'events',
    resource: 'replay',
    resourceName: 'scim-*',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
