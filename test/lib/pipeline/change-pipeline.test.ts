// The way of a change: from the stream to the function, from there to the bus, and to the bucket when it fails.

import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { passes } from '../../../bin/local/events/pattern.ts';
import { readStack } from '../../../bin/local/stack/stack.ts';
import { type Incarnation, tenantOf } from '../../../lambdas/platform/tenant.ts';
import {
  activityKey,
  backlogKey,
  canaryKey,
  claimsPK,
  countedKey,
  counterKey,
  graveKey,
  groupsOfPK,
  logKey,
  membersPK,
  pageMarkKey,
  pendingKey,
  resourcesPK,
  retryKey,
  stateKey,
  tenantKey,
  tombstoneKey,
  unfollowed,
} from '../../../lambdas/table/keys.ts';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { everythingSet } from '../every-setting.ts';
import { actionsOf, functionOf, statementsOf } from '../template.ts';

let plain: Template;
beforeAll(() => {
  plain = scimTemplate();
});

const propertiesOf = (template: Template, type: string) =>
  Object.values(template.Resources)
    .filter((resource) => resource.Type === type)
    .map(({ Properties }) => Properties ?? {});

describe('the stream', () => {
  test('is followed from its beginning, in halves and parts, for as long as it takes; what is too old goes to a bucket', () => {
    expect(propertiesOf(plain, 'AWS::Lambda::EventSourceMapping')).toContainEqual(
      expect.objectContaining({
        BatchSize: 100,
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: -1,
        // The stream forgets after 24 hours.
        MaximumRecordAgeInSeconds: 72_000,
        ParallelizationFactor: 4,
        DestinationConfig: {
          OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching('FailedBucket'), 'Arn'] } },
        },
      }),
    );
  });

  const acme = 'acme.t1a2b3' as Incarnation;
  const resource = { SK: '7d42' };
  const holder = marshall(unfollowed);
  const change = (
    { PK, SK }: { readonly PK: string; readonly SK: string },
    item: object = {},
    image: 'NewImage' | 'OldImage' = 'NewImage',
  ) => {
    const Keys = { PK: { S: PK }, SK: { S: SK } };
    return { eventID: '1', dynamodb: { Keys, [image]: { ...Keys, ...item } } };
  };
  const delivered = (record: object) => {
    const [source] = readStack(plain).eventSources;
    return passes(source?.filters ?? [], record);
  };

  test.each([
    ['a user', change({ PK: resourcesPK(acme, 'User'), ...resource })],
    [
      'a resource of a type that the tenant defined',
      change({ PK: resourcesPK(acme, 'Device'), ...resource }),
    ],
    ['a membership', change({ PK: membersPK(acme, '1'), SK: '2' })],
    ['a membership that ends', change({ PK: membersPK(acme, '1'), SK: '2' }, {}, 'OldImage')],
    ['the note of a deletion', change(tombstoneKey(acme, 1, '7d42'))],
    ['the note of a deletion that expires', change(tombstoneKey(acme, 1, '7d42'), {}, 'OldImage')],
    ['the note of a group that is being created', change(pendingKey(acme, '7d42'))],
    ['a tenant', change(tenantKey(tenantOf(acme)))],
    ['the note that is written each minute', change(canaryKey)],
  ])('has the function called for %s', (_, record) => {
    expect(delivered(record)).toBe(true);
  });

  const claim = { PK: claimsPK(acme, 'User'), SK: 'userName#alice' };
  test.each([
    ['a unique value that is taken', change(claim, holder)],
    ['a unique value that is given back', change(claim, holder, 'OldImage')],
    ['the mark of a page', change(pageMarkKey(acme, 'User', 100, 101), holder)],
    ['a counter', change(counterKey(acme, 'User'), holder)],
    ['an entry of the provisioning log', change(logKey(acme, 1, '7d42', 0), holder)],
    ['an entry of the provisioning log that expires', change(logKey(acme, 1, '7d42', 0), holder, 'OldImage')],
    ['the mark of a counted change', change(countedKey(acme, '1'), holder)],
    ['a membership, under its member', change({ PK: groupsOfPK(acme, '2'), SK: '1' }, holder)],
    ['a setting', change(stateKey(acme), holder)],
    ['the use of a token', change(activityKey(acme), holder)],
    ['the grave of a tenant', change(graveKey(acme), holder)],
    ['an event that waits for a webhook', change(backlogKey(acme, 1, '7d42'), holder)],
    ['an event that a webhook has taken', change(backlogKey(acme, 1, '7d42'), holder, 'OldImage')],
    ['a webhook that is to be tried again', change(retryKey(acme), holder)],
  ])('does not have it called for %s', (_, record) => {
    expect(delivered(record)).toBe(false);
  });
});

describe('the bus', () => {
  test('is an own one, and keeps our events for the days that were set', () => {
    expect(propertiesOf(plain, 'AWS::Events::EventBus')).toHaveLength(1);
    expect(propertiesOf(plain, 'AWS::Events::Archive')).toEqual([
      expect.objectContaining({ RetentionDays: 30, EventPattern: { source: ['scim'] } }),
    ]);
    expect(propertiesOf(scimTemplate(everythingSet), 'AWS::Events::Archive')).toEqual([
      expect.objectContaining({ RetentionDays: 365 }),
    ]);
  });

  test.each([{ 'scim:eventArchiveDays': 0 }, { 'scim:emulator': true }])(
    'has no archive with %j',
    (settings) => {
      const template = scimTemplate(settings);
      expect(propertiesOf(template, 'AWS::Events::Archive')).toEqual([]);
      expect(propertiesOf(template, 'AWS::Events::EventBus')).toHaveLength(1);
    },
  );

  test.each(['EventBusName', 'FailedChangesBucket', 'ChangesFunctionName'])(
    'can be found by the output %s',
    (name) => {
      expect(plain.Outputs).toHaveProperty(name);
    },
  );
});

describe('the bucket of what is set aside', () => {
  const made = (template: Template) =>
    Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::S3::Bucket');

  test('is closed, encrypted with the key of the deployment, and forgets after 14 days', () => {
    expect(made(plain).map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringMatching(/Key/), 'Arn'] },
              },
            },
          ],
        },
        LifecycleConfiguration: {
          Rules: [
            expect.objectContaining({
              ExpirationInDays: 14,
              Status: 'Enabled',
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            }),
          ],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      }),
    ]);
    expect(made(plain)[0]?.Properties).not.toHaveProperty('VersioningConfiguration');
    const [policy] = propertiesOf(plain, 'AWS::S3::BucketPolicy');
    expect(JSON.stringify(policy)).toMatch(/"aws:SecureTransport":"false".*"Effect":"Deny"/);
  });

  test('has the key of S3 where the table has none of its own', () => {
    const without = scimTemplate({ 'scim:customerManagedKey': false });
    expect(JSON.stringify(made(without)[0]?.Properties?.BucketEncryption)).toContain('AES256');
  });

  test('stays with a deployment that is protected, and goes with another', () => {
    expect(made(plain)[0]).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
    expect(made(scimTemplate({ 'scim:deletionProtection': false }))[0]).toMatchObject({
      DeletionPolicy: 'Delete',
    });
  });

  test('is the one that the function is told, and Lambda may write to it in its name', () => {
    const entry = 'lambdas/handlers/changes.ts';
    const { Environment } = functionOf(plain, entry).properties;
    const Ref = expect.stringMatching('FailedBucket');
    expect(Environment).toMatchObject({
      Variables: { FAILED_CHANGES_BUCKET: { Ref }, METRIC_NAMESPACE: 'Scim/Scim' },
    });
    const granted = statementsOf(plain, entry).filter((each) => /"(s3|kms):/.test(JSON.stringify(each)));
    expect(granted.flatMap(actionsOf)).toEqual(
      expect.arrayContaining(['s3:ListBucket', 's3:PutObject', 'kms:GenerateDataKey']),
    );
  });
});

test('a delay, a failure and a change that is set aside each raise an alarm', () => {
  const metrics = JSON.stringify(propertiesOf(plain, 'AWS::CloudWatch::Alarm'));
  expect(metrics).toContain('IteratorAge');
  expect(metrics).toContain('ChangesSetAside');
  expect(metrics).toContain('The function that reads the stream crashed or timed out');
});
