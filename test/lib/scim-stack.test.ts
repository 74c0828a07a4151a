// What a deployment is made of, with nothing set and with everything.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { standInKey } from '../../lambdas/credentials/throttle-key.ts';
import { indexes, tableKey } from '../../lambdas/table/keys.ts';
import { scimTemplate, type Template } from '../../lib/scim-app.ts';
import { everythingSet } from './every-setting.ts';
import { functionOf, only, resourcesOf } from './template.ts';

let plain: Template;
let full: Template;

beforeAll(() => {
  plain = scimTemplate();
  full = scimTemplate(everythingSet);
});

describe('the table', () => {
  test('is keyed and indexed as the code that uses it says, with keys only in the indexes', () => {
    const table = only(plain, 'AWS::DynamoDB::GlobalTable');
    expect(table.KeySchema).toEqual(keySchema(tableKey.partitionKey, tableKey.sortKey));
    expect(table.TimeToLiveSpecification).toEqual({ AttributeName: tableKey.timeToLive, Enabled: true });
    expect(table.GlobalSecondaryIndexes).toEqual(
      Object.values(indexes).map(({ indexName, partitionKey, sortKey }) => ({
        IndexName: indexName,
        KeySchema: keySchema(partitionKey, sortKey),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    );
  });

  test('is on demand, can be restored to any second, tells its changes and cannot be deleted by mistake', () => {
    expect(only(plain, 'AWS::DynamoDB::GlobalTable')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [
        {
          Region: { Ref: 'AWS::Region' },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          DeletionProtectionEnabled: true,
          SSESpecification: {
            KMSMasterKeyId: { 'Fn::GetAtt': [resourcesOf(plain, 'AWS::KMS::Key')[0]?.id, 'Arn'] },
          },
        },
      ],
    });
    expect(deletionPolicies(plain, 'AWS::DynamoDB::GlobalTable')).toEqual(['Retain']);
  });

  test('leaves no key behind when the first deployment fails', () => {
    expect(deletionPolicies(plain, 'AWS::KMS::Key')).toEqual(['RetainExceptOnCreate']);
  });

  test('goes with the stack only if it was set so', () => {
    expect(only(full, 'AWS::DynamoDB::GlobalTable')).toMatchObject({
      Replicas: [{ DeletionProtectionEnabled: false }],
    });
    expect(deletionPolicies(full, 'AWS::DynamoDB::GlobalTable')).toEqual(['Delete']);
  });

  test('spends no more than was set, in no index either, and is ready for what was set', () => {
    const write = { WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 4000 } };
    const read = { ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 8000 } };
    const warm = { WarmThroughput: { ReadUnitsPerSecond: 20_000, WriteUnitsPerSecond: 10_000 } };
    const each = Object.values(indexes).map(({ indexName }) => indexName);
    expect(only(full, 'AWS::DynamoDB::GlobalTable')).toMatchObject({
      ...write,
      ...warm,
      GlobalSecondaryIndexes: each.map((IndexName) => ({ IndexName, ...write, ...warm })),
      Replicas: [{ ...read, GlobalSecondaryIndexes: each.map((IndexName) => ({ IndexName, ...read })) }],
    });
  });

  const keySchema = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  const deletionPolicies = (template: Template, type: string) =>
    Object.values(template.Resources)
      .filter((resource) => resource.Type === type)
      .map(({ DeletionPolicy }) => DeletionPolicy);
});

describe('the secret of the deployment', () => {
  const policiesIn = (template: Template) =>
    Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::SecretsManager::Secret')
      .map(({ DeletionPolicy, UpdateReplacePolicy }) => ({ DeletionPolicy, UpdateReplacePolicy }));

  test('is generated, and has no name that a kept one would keep from the next deployment', () => {
    const secret = only(plain, 'AWS::SecretsManager::Secret');
    expect(secret.GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
    expect(secret).not.toHaveProperty('Name');
    expect(secret).not.toHaveProperty('SecretString');
  });

  test('stays when the stack goes, unless it was set otherwise, but not after a first deployment that failed', () => {
    expect(policiesIn(plain)).toEqual([
      { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' },
    ]);
    expect(policiesIn(full)).toEqual([{ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' }]);
  });
});

describe.each(['users', 'groups', 'bulk', 'resources', 'discovery', 'authorizer', 'token-rotation'])(
  'the function %s',
  (name) => {
    const { properties } = functionOf(scimTemplate(), `lambdas/handlers/${name}.ts`);

    test('runs on Node 24 and ARM with a log group of its own', () => {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: name === 'bulk' ? 1769 : 512,
        Handler: 'index.handler',
        LoggingConfig: {
          LogFormat: 'JSON',
          LogGroup: { Ref: expect.any(String) },
          SystemLogLevel: 'WARN',
        },
      });
    });

    test('gives up before the gateway does', () => {
      expect(properties.Timeout).toBeLessThan(name === 'authorizer' ? 10 : 29);
    });

    test('is told where to look and nothing secret', () => {
      const table = {
        TABLE_NAME: { Ref: expect.stringMatching('DirectoryTable') },
        LOG_DAYS: '30',
        METRIC_NAMESPACE: 'Scim/Scim',
      };
      const searched = { ...table, TENANT_SEARCH_MB_PER_MINUTE: '600' };
      const secret = {
        SECRET_PREFIX: 'scim',
        DEPLOYMENT_SECRET_ID: { Ref: expect.stringMatching(/^DeploymentSecret/) },
      };
      const expected: Record<string, object> = {
        authorizer: {
          ...secret,
          TENANT_THROTTLE: 'tenant',
          EVENT_BUS_NAME: { Ref: expect.stringMatching('ChangesBus') },
          METRIC_NAMESPACE: 'Scim/Scim',
        },
        'token-rotation': {
          ...secret,
          TOKEN_GRACE_DAYS: '30',
          EVENT_BUS_NAME: { Ref: expect.stringMatching('ChangesBus') },
        },
      };
      const other = name === 'discovery' ? table : searched;
      expect(properties.Environment).toEqual({ Variables: expected[name] ?? other });
    });
  },
);

test('requests are traced only if it was set so', () => {
  const traced = (template: Template) => [
    only(template, 'AWS::ApiGateway::Stage').TracingEnabled,
    functionOf(template, 'lambdas/handlers/users.ts').properties.TracingConfig,
  ];
  expect(traced(plain)).toEqual([false, undefined]);
  expect(traced(full)).toEqual([true, { Mode: 'Active' }]);
});

test('a small account has no concurrency set aside', () => {
  const { properties } = functionOf(
    scimTemplate({ 'scim:smallAccount': true }),
    'lambdas/handlers/authorizer.ts',
  );
  expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
});

test('only the authorizer has concurrency set aside, and only if it was not set to none', () => {
  const reserved = (template: Template) =>
    resourcesOf(template, 'AWS::Lambda::Function').map(
      ({ properties }) => properties.ReservedConcurrentExecutions,
    );
  expect(reserved(plain).filter(Boolean)).toEqual([20]);
  expect(reserved(full).filter(Boolean)).toEqual([]);
});

describe('the retirement of previous tokens', () => {
  const entry = 'lambdas/handlers/token-retirement.ts';

  test('runs every day, with the grace that was set', () => {
    const { id, properties } = functionOf(full, entry);
    expect(properties.Environment).toMatchObject({
      Variables: { SECRET_PREFIX: 'all-tokens', TOKEN_GRACE_DAYS: '14', METRIC_NAMESPACE: 'Scim/ScimAll' },
    });
    const rules = Object.values(full.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
    expect(rules.map(({ Properties }) => Properties)).toContainEqual(
      expect.objectContaining({
        ScheduleExpression: 'rate(1 day)',
        State: 'ENABLED',
        Targets: [expect.objectContaining({ Arn: { 'Fn::GetAtt': [id, 'Arn'] } })],
      }),
    );
  });

  test('has an alarm on the very measure that it writes', () => {
    const alarms = resourcesOf(full, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties);
    const watched = alarms.filter((alarm) => JSON.stringify(alarm).includes('PreviousTokenStillUsed'));
    expect(watched).toMatchObject([
      {
        Metrics: [
          {
            MetricStat: {
              Metric: { Namespace: 'Scim/ScimAll', MetricName: 'PreviousTokenStillUsed' },
              Period: 86_400,
            },
          },
        ],
        Threshold: 1,
      },
    ]);
  });
});

test('every log group is kept for the time that was set', () => {
  const kept = (template: Template) =>
    new Set(resourcesOf(template, 'AWS::Logs::LogGroup').map(({ properties }) => properties.RetentionInDays));
  expect(kept(plain)).toEqual(new Set([90]));
  expect(kept(full)).toEqual(new Set([365]));
});

test('every alarm says what is wrong, and tells the topic that was set', () => {
  const alarms = resourcesOf(full, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties);
  expect(alarms.length).toBeGreaterThan(5);
  for (const { AlarmDescription, AlarmActions } of alarms) {
    expect(AlarmDescription).toMatch(/: .{10,}\. See docs\/runbook\.md#[a-z]+$/);
    expect(AlarmActions).toEqual([everythingSet['scim:alarmTopicArn']]);
  }
});

describe('the outputs', () => {
  test.each([
    'BaseUrl',
    'TableName',
    'SecretPrefix',
    'DeploymentSecretArn',
    'RotationFunctionArn',
    'TokenGraceDays',
    'RestApiId',
    'StageName',
    'UsagePlanId',
    'AccessLogGroup',
    'DashboardName',
  ])('%s is always there', (name) => {
    expect(plain.Outputs).toHaveProperty(name);
  });

  test('Tenant URLs start with the stage, or with the domain that was set', () => {
    expect(JSON.stringify(plain.Outputs.BaseUrl?.Value)).toMatch(/"https:\/\/".*\.execute-api\..*\/scim"/);
    expect(full.Outputs.BaseUrl?.Value).toBe('https://scim.example.com');
    expect(full.Outputs).toHaveProperty('DomainTarget');
  });
});

describe('the web ACL', () => {
  const types = (template: Template) => new Set(Object.values(template.Resources).map(({ Type }) => Type));

  test('has no rule that stops Entra, which sends no User-Agent and large bodies', () => {
    const acl = Object.values(full.Resources).find(({ Type }) => Type === 'AWS::WAFv2::WebACL');
    expect(acl?.Properties?.DefaultAction).toEqual({ Allow: {} });
    expect(JSON.stringify(acl?.Properties?.Rules)).not.toMatch(
      /CommonRuleSet|AnonymousIpList|BotControl|user-agent|SizeConstraint/i,
    );
    expect(types(full)).toContain('AWS::WAFv2::WebACLAssociation');
  });

  test('is not there unless it was set, and your own is only associated', () => {
    const own =
      'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/edge/0b2d6a50-7f3d-4c35-9f43-9a3c4f4d1c11';
    expect(types(plain)).not.toContain('AWS::WAFv2::WebACLAssociation');
    const withOwn = types(scimTemplate({ 'scim:webAcl': own }));
    expect(withOwn).toContain('AWS::WAFv2::WebACLAssociation');
    expect(withOwn).not.toContain('AWS::WAFv2::WebACL');
  });
});

describe('throttling', () => {
  const named = (template: Template) =>
    functionOf(template, 'lambdas/handlers/authorizer.ts').properties.Environment;
  const limits = (template: Template) =>
    resourcesOf(template, 'AWS::ApiGateway::UsagePlan').map(({ properties }) => properties.Throttle);

  test('has a plan for the keys of tenants, and one for the key that stands in for them', () => {
    expect(limits(plain)).toEqual([
      { RateLimit: 10_000, BurstLimit: 10_000 },
      { RateLimit: 50, BurstLimit: 100 },
    ]);
    expect(limits(full)).toEqual([
      { RateLimit: 500, BurstLimit: 500 },
      { RateLimit: 25, BurstLimit: 100 },
    ]);
  });

  test('makes the key that stands in, under its name and with the value that the authorizer works out', () => {
    for (const [template, prefix] of [
      [plain, 'scim'],
      [full, 'all-tokens'],
    ] as const) {
      const { name, value } = standInKey(prefix);
      expect(only(template, 'AWS::ApiGateway::ApiKey')).toMatchObject({
        Name: name,
        Value: value,
        Enabled: true,
      });
      const [key] = resourcesOf(template, 'AWS::ApiGateway::ApiKey');
      const [plan] = resourcesOf(template, 'AWS::ApiGateway::UsagePlan');
      expect(only(template, 'AWS::ApiGateway::UsagePlanKey')).toEqual({
        KeyId: { Ref: key?.id },
        KeyType: 'API_KEY',
        UsagePlanId: { Ref: plan?.id },
      });
      const [stage] = resourcesOf(template, 'AWS::ApiGateway::Stage');
      expect(plan?.properties.ApiStages.map(({ Stage }) => Stage.Ref)).toEqual([stage?.id]);
    }
  });

  test('counts all tenants by that key where it was set so', () => {
    expect(named(full)).toMatchObject({ Variables: { TENANT_THROTTLE: 'standin' } });
    expect(full.Outputs).toHaveProperty('UsagePlanId');
  });

  // The gateway may remember answers from before the day on which it begins to ask for keys.
  test('that is off has no plan for tenants, and the authorizer names the stand-in, which nobody asks for', () => {
    const off = scimTemplate({ 'scim:tenantRequestsPerSecond': 0 });
    expect(off.Outputs).not.toHaveProperty('UsagePlanId');
    expect(limits(off)).toEqual([{ RateLimit: 10_000, BurstLimit: 10_000 }]);
    expect(named(off)).toMatchObject({ Variables: { TENANT_THROTTLE: 'standin' } });
  });
});

test('for the emulator, what it cannot create is left out', () => {
  const template = scimTemplate({ ...everythingSet, 'scim:emulator': true });
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  expect(
    types.filter((type) => /^AWS::(CloudWatch|WAFv2)::|MetricFilter|UsagePlan|ApiKey/.test(type)),
  ).toEqual([]);
  const authorizer = functionOf(template, 'lambdas/handlers/authorizer.ts').properties;
  expect(authorizer.Environment).not.toHaveProperty('Variables.TENANT_THROTTLE');
});
