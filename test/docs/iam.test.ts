// The IAM policies of docs/iam are enough: for every call that the operator's commands make, and for every type of the template.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { scimApp, scimTemplate } from '../../lib/scim-app.ts';
import { everythingSet } from '../lib/every-setting.ts';
import { bundledCode } from '../support/bundled-code.ts';

const root = join(import.meta.dirname, '../..');

interface Policy {
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
  }[];
}

const policies = ['deployer', 'operator-acting', 'operator-looking'] as const;
const read = (name: (typeof policies)[number]) => readFileSync(join(root, `docs/iam/${name}.json`), 'utf8');
const actionsOf = (name: (typeof policies)[number]): readonly string[] =>
  (JSON.parse(read(name)) as Policy).Statement.flatMap(({ Action }) => Action);

const allows = (actions: readonly string[], wanted: string) =>
  actions.some((action) =>
    action.endsWith('*') ? wanted.startsWith(action.slice(0, -1)) : action === wanted,
  );

/** The IAM actions of each command of the SDK; that of a call to API Gateway is its HTTP method. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  BatchGet: ['dynamodb:BatchGetItem'],
  BatchWrite: ['dynamodb:BatchWriteItem'],
  CancelRotateSecret: ['secretsmanager:CancelRotateSecret'],
  CreateApiKey: ['apigateway:POST'],
  CreateSecret: ['secretsmanager:CreateSecret'],
  CreateUsagePlanKey: ['apigateway:POST'],
  Delete: ['dynamodb:DeleteItem'],
  DeleteApiKey: ['apigateway:DELETE'],
  DeleteObject: ['s3:DeleteObject'],
  DeleteObjects: ['s3:DeleteObject'],
  DeleteSecret: ['secretsmanager:DeleteSecret'],
  DescribeCertificate: ['acm:DescribeCertificate'],
  DescribeEventBus: ['events:DescribeEventBus'],
  DescribeSecret: ['secretsmanager:DescribeSecret'],
  DescribeStacks: ['cloudformation:DescribeStacks'],
  DescribeTable: ['dynamodb:DescribeTable'],
  FilterLogEvents: ['logs:FilterLogEvents'],
  FlushStageAuthorizersCache: ['apigateway:DELETE'],
  Get: ['dynamodb:GetItem'],
  GetAccount: ['apigateway:GET'],
  GetAccountSettings: ['lambda:GetAccountSettings'],
  GetApiKeys: ['apigateway:GET'],
  GetDomainName: ['apigateway:GET'],
  GetObject: ['s3:GetObject'],
  GetSecretValue: ['secretsmanager:GetSecretValue'],
  GetUsagePlanKeys: ['apigateway:GET'],
  Invoke: ['lambda:InvokeFunction'],
  ListObjectsV2: ['s3:ListBucket'],
  ListSecretVersionIds: ['secretsmanager:ListSecretVersionIds'],
  ListSecrets: ['secretsmanager:ListSecrets'],
  ListTables: ['dynamodb:ListTables'],
  Put: ['dynamodb:PutItem'],
  PutEvents: ['events:PutEvents'],
  PutObject: ['s3:PutObject'],
  PutSecretValue: ['secretsmanager:PutSecretValue'],
  Query: ['dynamodb:Query'],
  // Secrets Manager tries the function in the caller's name.
  RotateSecret: ['secretsmanager:RotateSecret', 'lambda:InvokeFunction'],
  StartReplay: ['events:StartReplay'],
  TransactWrite: ['ConditionCheck', 'Delete', 'Put', 'Update'].map((part) => `dynamodb:${part}Item`),
  Update: ['dynamodb:UpdateItem'],
  UpdateSecretVersionStage: ['secretsmanager:UpdateSecretVersionStage'],
};

/** What shows a token, or a person's data beside the directory, is for those who act. */
const NOT_TO_BE_LOOKED_AT = ['s3:GetObject', 's3:ListBucket', 'secretsmanager:GetSecretValue'];

const READING = /:(Get|List|Describe|Query|BatchGet|Filter|GET$)/;

let called: string[];
beforeAll(async () => {
  const code = await bundledCode('bin/scim.ts');
  // esbuild numbers what several files import under one name.
  const commands = [...code.matchAll(/new (\w+)Command\d*\(|\bpaginate(\w+?)\d*\(/g)];
  called = [...new Set(commands.map(([, command, pages]) => command ?? pages ?? ''))].sort();
});

test('every call of the commands has its IAM action in the table of this test', () => {
  expect(called.length).toBeGreaterThan(30);
  expect(called.filter((command) => !Object.hasOwn(ACTIONS, command))).toEqual([]);
});

test('an acting operator may do all that the commands do', () => {
  const acting = actionsOf('operator-acting');
  const needed = called.flatMap((command) => ACTIONS[command] ?? []);
  expect(needed.filter((action) => !allows(acting, action))).toEqual([]);
});

describe('a looking operator', () => {
  const looking = actionsOf('operator-looking');

  test('may make every call that reads, but for those that show tokens and changes that were given up', () => {
    const needed = called
      .flatMap((command) => ACTIONS[command] ?? [])
      .filter((action) => READING.test(action) && !NOT_TO_BE_LOOKED_AT.includes(action));
    expect(needed.length).toBeGreaterThan(10);
    expect(needed.filter((action) => !allows(looking, action))).toEqual([]);
  });

  test('may do nothing else', () => {
    expect(looking.filter((action) => !READING.test(action) && action !== 'kms:Decrypt')).toEqual([]);
    expect(looking.filter((action) => NOT_TO_BE_LOOKED_AT.includes(action))).toEqual([]);
  });
});

/** What making and deleting a resource of each type takes, from the handlers of the type's schema in CloudFormation. */
const FOR_TYPES: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGateway::*': ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `apigateway:${method}`),
  'AWS::CloudWatch::Alarm': [
    'cloudwatch:PutMetricAlarm',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:DeleteAlarms',
  ],
  'AWS::CloudWatch::Dashboard': [
    'cloudwatch:PutDashboard',
    'cloudwatch:GetDashboard',
    'cloudwatch:DeleteDashboards',
  ],
  'AWS::DynamoDB::GlobalTable': [
    ...[
      'CreateTable',
      'DescribeTable',
      'UpdateTable',
      'DeleteTable',
      'UpdateTimeToLive',
      'DescribeTimeToLive',
    ],
    ...['UpdateContinuousBackups', 'DescribeContinuousBackups', 'CreateTableReplica', 'TagResource'],
  ].map((action) => `dynamodb:${action}`),
  'AWS::Events::Archive': ['events:CreateArchive', 'events:DescribeArchive', 'events:DeleteArchive'],
  'AWS::Events::EventBus': ['events:CreateEventBus', 'events:DescribeEventBus', 'events:DeleteEventBus'],
  'AWS::Events::EventBusPolicy': ['events:PutPermission', 'events:RemovePermission'],
  'AWS::Events::Rule': ['PutRule', 'PutTargets', 'DescribeRule', 'RemoveTargets', 'DeleteRule'].map(
    (action) => `events:${action}`,
  ),
  'AWS::IAM::Policy': ['iam:PutRolePolicy', 'iam:GetRolePolicy', 'iam:DeleteRolePolicy'],
  'AWS::IAM::Role': [
    'CreateRole',
    'GetRole',
    'AttachRolePolicy',
    'DetachRolePolicy',
    'DeleteRole',
    'PassRole',
  ].map((action) => `iam:${action}`),
  'AWS::KMS::Key': [
    'CreateKey',
    'DescribeKey',
    'PutKeyPolicy',
    'EnableKeyRotation',
    'ScheduleKeyDeletion',
  ].map((action) => `kms:${action}`),
  'AWS::Lambda::EventInvokeConfig': [
    'lambda:PutFunctionEventInvokeConfig',
    'lambda:DeleteFunctionEventInvokeConfig',
  ],
  'AWS::Lambda::EventSourceMapping': ['Create', 'Get', 'Update', 'Delete'].map(
    (verb) => `lambda:${verb}EventSourceMapping`,
  ),
  'AWS::Lambda::Function': [
    ...[
      'CreateFunction',
      'GetFunction',
      'UpdateFunctionCode',
      'UpdateFunctionConfiguration',
      'DeleteFunction',
    ],
    'PutFunctionConcurrency',
  ].map((action) => `lambda:${action}`),
  'AWS::Lambda::Permission': ['lambda:AddPermission', 'lambda:GetPolicy', 'lambda:RemovePermission'],
  'AWS::Logs::LogGroup': ['CreateLogGroup', 'PutRetentionPolicy', 'AssociateKmsKey', 'DeleteLogGroup'].map(
    (action) => `logs:${action}`,
  ),
  'AWS::Logs::MetricFilter': ['PutMetricFilter', 'DescribeMetricFilters', 'DeleteMetricFilter'].map(
    (action) => `logs:${action}`,
  ),
  'AWS::Route53::RecordSet': [
    'route53:ChangeResourceRecordSets',
    'route53:GetChange',
    'route53:GetHostedZone',
  ],
  'AWS::S3::Bucket': ['s3:CreateBucket', 's3:DeleteBucket', 's3:PutLifecycleConfiguration'],
  'AWS::S3::BucketPolicy': ['s3:PutBucketPolicy', 's3:GetBucketPolicy', 's3:DeleteBucketPolicy'],
  'AWS::SecretsManager::Secret': ['CreateSecret', 'GetRandomPassword', 'DescribeSecret', 'DeleteSecret'].map(
    (action) => `secretsmanager:${action}`,
  ),
  'AWS::SNS::Subscription': ['sns:Subscribe', 'sns:GetSubscriptionAttributes', 'sns:Unsubscribe'],
  'AWS::SNS::Topic': ['CreateTopic', 'GetTopicAttributes', 'SetTopicAttributes', 'DeleteTopic'].map(
    (action) => `sns:${action}`,
  ),
  'AWS::SNS::TopicPolicy': ['sns:SetTopicAttributes'],
  'AWS::SQS::Queue': [
    'sqs:CreateQueue',
    'sqs:GetQueueAttributes',
    'sqs:SetQueueAttributes',
    'sqs:DeleteQueue',
  ],
  'AWS::SQS::QueuePolicy': ['sqs:SetQueueAttributes'],
  'AWS::WAFv2::IPSet': ['wafv2:CreateIPSet', 'wafv2:GetIPSet', 'wafv2:UpdateIPSet', 'wafv2:DeleteIPSet'],
  'AWS::WAFv2::WebACL': ['wafv2:CreateWebACL', 'wafv2:GetWebACL', 'wafv2:UpdateWebACL', 'wafv2:DeleteWebACL'],
  'AWS::WAFv2::WebACLAssociation': [
    'wafv2:AssociateWebACL',
    'wafv2:DisassociateWebACL',
    'apigateway:SetWebACL',
  ],
};

const needsOf = (type: string) => FOR_TYPES[type] ?? FOR_TYPES[type.replace(/::\w+$/, '::*')];

test('a deployer may make every type of the template, whatever is set', () => {
  const types = new Set(
    [{ 'scim:gatewayLogRole': 'true' }, everythingSet].flatMap((settings) =>
      Object.values(scimTemplate(settings).Resources).map(({ Type }) => Type),
    ),
  );
  expect([...types].filter((type) => needsOf(type) === undefined)).toEqual([]);
  const deployer = actionsOf('deployer');
  const needed = [...types].flatMap((type) => needsOf(type) ?? []);
  expect(needed.filter((action) => !allows(deployer, action))).toEqual([]);
});

describe.each(policies)('the policy %s', (name) => {
  test('is no longer than IAM takes of a managed policy, when the longest names are filled in', () => {
    const filled = read(name)
      .replaceAll(/\s/g, '')
      .replaceAll('arn:aws:', 'arn:aws-us-gov:')
      .replaceAll('ACCOUNT', '123456789012')
      .replaceAll('REGION', 'us-gov-west-1')
      .replaceAll(/LOWERCASE_STACK|STACK|PREFIX/g, 's'.repeat(24));
    expect(filled.length).toBeLessThanOrEqual(6_144);
  });

  test('has no placeholder but those that docs/operating.md explains, and allows nothing on all of AWS', () => {
    const { Statement } = JSON.parse(read(name)) as Policy;
    const words = JSON.stringify(Statement.map(({ Resource }) => Resource)).match(/\b[A-Z]{3,}(_[A-Z]+)*\b/g);
    expect(
      [...new Set(words)].filter((word) => !/^(REGION|ACCOUNT|STACK|LOWERCASE_STACK|PREFIX)$/.test(word)),
    ).toEqual([]);
    expect(Statement.flatMap(({ Action }) => Action).filter((action) => /^\*|:\*$/.test(action))).toEqual([]);
  });
});

describe.each([
  ['operator-looking', 'grantLooking'],
  ['operator-acting', 'grantOperating'],
] as const)('the construct gives the same as %s', (page, grant) => {
  const { app, stack } = scimApp({ deployable: false, builtinCloudFormationValidation: false });
  const role = new Role(stack, 'Operator', { assumedBy: new AccountRootPrincipal() });
  stack.endpoint[grant](role).assertSuccess();
  const { template } = app.synth().getStackArtifact(stack.artifactId);
  const statements: readonly { readonly Action: string | readonly string[]; readonly Resource: unknown }[] =
    Object.values<{ Type: string; Properties: { Roles: unknown; PolicyDocument: { Statement: [] } } }>(
      template.Resources,
    )
      .filter(
        ({ Type, Properties }) =>
          Type === 'AWS::IAM::Policy' && /"Operator/.test(JSON.stringify(Properties.Roles)),
      )
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

  test('but for what a preflight asks before there is a deployment', () => {
    const given = new Set(statements.flatMap(({ Action }) => Action));
    const { Statement } = JSON.parse(read(page)) as Policy;
    const onPage = Statement.filter(({ Resource }) => Resource !== '*').flatMap(({ Action }) => Action);
    expect(onPage.filter((action) => !allows([...given], action))).toEqual([]);
    const listing = ['secretsmanager:ListSecrets'];
    expect([...given].filter((action) => !allows([...onPage, ...listing], action))).toEqual([]);
  });

  test('on nothing but this deployment', () => {
    const onAll = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    expect(onAll).toEqual(['secretsmanager:ListSecrets']);
  });
});
