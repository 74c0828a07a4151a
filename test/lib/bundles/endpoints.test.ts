// The addresses that a bundle finds are those that the SDK's own rules would have found.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { dynamodb, eventBridge, s3, secretsManager } from '../../../lib/bundles/sdk/endpoints.ts';

const regions = [
  'us-east-1',
  'eu-central-2',
  'mx-central-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-east-1',
  'us-gov-west-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'us-isof-south-1',
  'eu-isoe-west-1',
  'us-east-77',
];

describe.each([
  ['DynamoDB', dynamodb, new DynamoDBClient({ region: 'eu-west-1' })],
  ['Secrets Manager', secretsManager, new SecretsManagerClient({ region: 'eu-west-1' })],
  ['EventBridge', eventBridge, new EventBridgeClient({ region: 'eu-west-1' })],
] as const)('%s', (_name, ours, { config }) => {
  const theirs = config.endpointProvider as typeof ours;

  test.each(regions)('in %s, with and without FIPS', (Region) => {
    for (const UseFIPS of [false, true]) {
      const parameters = { Region, UseFIPS, UseDualStack: false };
      expect(ours(parameters).url.href).toBe(theirs(parameters).url.href);
    }
  });

  test('anywhere else, as AWS_ENDPOINT_URL says', () => {
    const parameters = { Region: 'eu-west-1', Endpoint: 'http://127.0.0.1:4566/path' };
    expect(ours(parameters).url.href).toBe(theirs(parameters).url.href);
  });

  test.each([
    ['a custom address with FIPS', { Region: 'eu-west-1', Endpoint: 'http://[::1]', UseFIPS: true }],
    ['no region', {}],
  ])('refuses %s, as the SDK does', (_what, parameters) => {
    expect(() => ours(parameters)).toThrow();
    expect(() => theirs(parameters)).toThrow();
  });

  test('refuses dual-stack, rather than ignore that it was asked for', () => {
    expect(() => ours({ Region: 'eu-west-1', UseDualStack: true })).toThrow('left out');
  });
});

describe('S3', () => {
  const { config } = new S3Client({ region: 'eu-west-1' });
  const theirs = config.endpointProvider as unknown as typeof s3;

  test.each(regions)('in %s, with and without FIPS, with a bucket and without', (Region) => {
    // Where there is no FIPS the SDK has no address for it, and the one that we find does not exist.
    const choices = /^(cn|eusc)-/.test(Region) ? [false] : [false, true];
    for (const UseFIPS of choices) {
      for (const Bucket of ['scim-changes-failed-7d42', undefined]) {
        const parameters = { Region, UseFIPS, UseDualStack: false, Bucket };
        const { url, ...more } = theirs(parameters);
        expect(s3(parameters)).toMatchObject({ ...more, url: { href: url.href } });
      }
    }
  });

  test.each(['http://127.0.0.1:4566', 'http://127.0.0.1:4566/path'])(
    'at %s the bucket is a part of the path',
    (Endpoint) => {
      const parameters = { Region: 'eu-west-1', Endpoint, Bucket: 'failed-changes' };
      expect(s3(parameters).url.href).toBe(theirs(parameters).url.href);
    },
  );
});

test('refuses an address by account, which needs its number, and a function does not know it', () => {
  expect(() => dynamodb({ Region: 'eu-west-1', AccountIdEndpointMode: 'required' })).toThrow('left out');
});
