// What keeps data: the table, the secret of the deployment, and the key that encrypts everything.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { indexes, tableKey } from '../../../lambdas/table/keys.ts';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { everythingSet } from '../every-setting.ts';
import { only, resourcesOf } from '../template.ts';

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

test('one key encrypts whatever keeps data, but for what the bus could not use it for', () => {
  const template = scimTemplate();
  const key = { 'Fn::GetAtt': [resourcesOf(template, 'AWS::KMS::Key')[0]?.id, 'Arn'] };
  const keyOf: Readonly<Record<string, string>> = {
    'AWS::Events::EventBus': 'KmsKeyIdentifier',
    'AWS::Events::Archive': 'KmsKeyIdentifier',
    'AWS::Logs::LogGroup': 'KmsKeyId',
    'AWS::SQS::Queue': 'KmsMasterKeyId',
    'AWS::SNS::Topic': 'KmsMasterKeyId',
  };
  const kept = Object.entries(template.Resources).filter(([, { Type }]) => keyOf[Type] !== undefined);
  expect(kept.length).toBeGreaterThan(10);
  for (const [id, { Type, Properties }] of kept) {
    if (/^ChangesBusDeadLetters/.test(id)) expect(Properties).toMatchObject({ SqsManagedSseEnabled: true });
    else expect({ id, key: Properties?.[keyOf[Type] ?? ''] }).toEqual({ id, key });
  }
});
