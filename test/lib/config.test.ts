// Settings come as text from `-c` and as values from cdk.json; a wrong one is told in one sentence that names it.

import { describe, expect, test } from '@jest/globals';
import { readConfig, SettingError } from '../../lib/config.ts';
import { everythingSet } from './every-setting.ts';

test('without settings the data is protected and encrypted with a key of the account', () => {
  expect(readConfig()).toMatchObject({
    name: 'Scim',
    secretPrefix: 'scim',
    deletionProtection: true,
    customerManagedKey: true,
    authorizerCacheSeconds: 300,
    tokenGraceDays: 30,
    tenantRequestsPerSecond: 50,
    tenantBurst: 100,
    domain: undefined,
    emulator: false,
  });
});

test('every setting can be given as text', () => {
  expect(readConfig(everythingSet)).toMatchObject({
    name: 'ScimAll',
    secretPrefix: 'all-tokens',
    deletionProtection: false,
    authorizerCacheSeconds: 60,
    tokenGraceDays: 14,
    tenantRequestsPerSecond: 25,
    logRetentionDays: 365,
    domain: { domainName: 'scim.example.com', hostedZoneId: 'Z0123456789ABC' },
  });
});

test('the secrets of two deployments in one account are apart by default', () => {
  expect(readConfig({ 'scim:stackName': 'ScimStaging' }).secretPrefix).toBe('scimstaging');
});

test('the context of CDK itself is not taken for settings', () => {
  expect(() => readConfig({ '@aws-cdk/core:checkSecretUsage': true, other: 1 })).not.toThrow();
});

describe('a wrong setting ends the synthesis with a sentence that names it', () => {
  test.each([
    ['scim:stackName', '1st', /scim:stackName must be a letter followed by .*, not "1st"\./],
    ['scim:secretPrefix', 'a/b', /scim:secretPrefix must be 1 to 64 letters/],
    ['scim:deletionProtection', 'yes', /scim:deletionProtection must be true or false, not "yes"\./],
    ['scim:authorizerCacheSeconds', '3601', /must be a whole number from 0 to 3600, not 3601\./],
    ['scim:authorizerCacheSeconds', 1.5, /must be a whole number from 0 to 3600, not 1\.5\./],
    ['scim:authorizerCacheSeconds', '-1', /must be a whole number from 0 to 3600, not "-1"\./],
    ['scim:logRetentionDays', 91, /must be a period that CloudWatch Logs offers: .*, not 91\./],
    ['scim:domainName', 'https://scim.example.com', /scim:domainName must be a domain name in lower case/],
    ['scim:domainName', 'scim.example.com', /scim:domainName and scim:certificateArn only work together/],
    ['scim:hostedZoneId', 'Z0123456789ABC', /scim:domainName and scim:certificateArn only work together/],
    ['scim:certificateArn', 'arn:aws:iam::123456789012:role/x', /must be the ARN of an ACM certificate/],
    ['scim:webAcl', 'on', /scim:webAcl must be none, managed or the ARN of a regional web ACL, not "on"\./],
    ['scim:alarmTopicArn', 'pager', /scim:alarmTopicArn must be the ARN of an SNS topic, not "pager"\./],
    ['scim:logRetention', 90, /There is no setting scim:logRetention; the settings are stackName, /],
  ])('%s = %j', (name, value, sentence) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(SettingError);
    expect(read).toThrow(sentence);
  });

  test.each([...Object.keys(everythingSet), 'scim:emulator'])('%s is named when it is wrong', (name) => {
    expect(() => readConfig({ ...everythingSet, [name]: '<nothing>' })).toThrow(
      new RegExp(`^The setting ${name} .*, not \\[?"<nothing>"\\]?\\.$`),
    );
  });
});
