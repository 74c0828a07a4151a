// Settings come as text from `-c` and as values from cdk.json; a wrong one is told in one sentence that names it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Config, configOf, readSettings, SettingError } from '../../../lib/settings/config.ts';
import { everythingSet, oneDomain } from '../every-setting.ts';

/** What the stack of these settings is made with. */
const readConfig = (context: Readonly<Record<string, unknown>> = {}): Config => {
  const { stackName, ...given } = readSettings(context);
  return configOf(given, stackName);
};

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
    throttle: 'tenant',
    standInRequestsPerSecond: 10_000,
    domains: [],
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
    domains: [
      { domainName: 'scim.example.com', hostedZoneId: 'Z0123456789ABC' },
      { domainName: '*.scim.example.org' },
    ],
  });
});

describe('domains', () => {
  const [domainName, certificateArn, hostedZoneId] = Object.values(oneDomain);

  test('come as a list from cdk.json, as JSON from -c, or in the short form of one', () => {
    const domains = [{ domainName, certificateArn, hostedZoneId }];
    for (const context of [
      oneDomain,
      { 'scim:domains': domains },
      { 'scim:domains': JSON.stringify(domains) },
    ]) {
      expect(readConfig(context).domains).toEqual(domains);
    }
  });

  test.each([
    [
      { ...oneDomain, 'scim:domains': [] },
      /scim:domainName, .* are the short form for a single domain and cannot be combined with scim:domains\./,
    ],
    [
      { 'scim:hostedZoneId': hostedZoneId, 'scim:domains': [{ domainName, certificateArn }] },
      /cannot be combined with scim:domains/,
    ],
    [
      { 'scim:domains': [1, 2].map(() => ({ domainName, certificateArn })) },
      /^The setting scim:domains contains scim\.example\.com twice\.$/,
    ],
    [{ 'scim:domains': [{ domainName }] }, /^The setting scim:domains\.0\.certificateArn must be given\.$/],
    [
      { 'scim:domains': [{ domainName: 'scim.*.com', certificateArn }] },
      /^The setting scim:domains\.0\.domainName must be a domain name in lower case, .*, not "scim\.\*\.com"\.$/,
    ],
    [
      { 'scim:domains': [{ domainName, certificateArn, zone: 'Z1' }] },
      /^There is no setting scim:domains\.0\.zone/,
    ],
    [
      { 'scim:domains': '[{' },
      /^The setting scim:domains must be a list, as JSON on the command line, not "\[\{"\.$/,
    ],
    [{ 'scim:domains': '{}' }, /^The setting scim:domains must be a list/],
  ])('%j is refused with one sentence', (context, sentence) => {
    expect(() => readConfig(context)).toThrow(SettingError);
    expect(() => readConfig(context)).toThrow(sentence);
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
    ['scim:tableWarmReadUnits', '5', /must be 0 or a whole number from 12,000 or more, not 5\./],
    ['scim:tableWarmWriteUnits', 3999, /must be 0 or a whole number from 4,000 or more, not 3999\./],
    ['scim:logRetentionDays', 91, /must be a period that CloudWatch Logs offers: .*, not 91\./],
    ['scim:domainName', 'https://scim.example.com', /scim:domainName must be a domain name in lower case/],
    ['scim:domainName', 'scim.example.com', /scim:domainName and scim:certificateArn must be given together/],
    ['scim:hostedZoneId', 'Z0123456789ABC', /scim:domainName and scim:certificateArn must be given together/],
    ['scim:certificateArn', 'arn:aws:iam::123456789012:role/x', /must be the ARN of an ACM certificate/],
    ['scim:webAcl', 'on', /scim:webAcl must be none, managed or the ARN of a regional web ACL, not "on"\./],
    ['scim:webAclKnownRanges', '20.190.128.0/33', /scim:webAclKnownRanges must be CIDR blocks like/],
    ['scim:webAclKnownRanges', '0.0.0.0/0', /must be CIDR blocks/],
    ['scim:webAclKnownRanges', '300.1.1.1/8', /must be CIDR blocks/],
    ['scim:webAclKnownRanges', ['20.190.128.0'], /must be CIDR blocks/],
    ['scim:alarmTopicArn', 'pager', /scim:alarmTopicArn must be the ARN of an SNS topic, not "pager"\./],
    ['scim:logRetention', 90, /There is no setting scim:logRetention; the settings are stackName, /],
  ])('%s = %j', (name, value, sentence) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(SettingError);
    expect(read).toThrow(sentence);
  });

  test.each([...Object.keys(everythingSet), ...Object.keys(oneDomain), 'scim:emulator'])(
    '%s is named when it is wrong',
    (name) => {
      expect(() => readConfig({ ...everythingSet, [name]: '<nothing>' })).toThrow(
        new RegExp(`^The setting ${name} .*, not \\[?"<nothing>"\\]?\\.$`),
      );
    },
  );
});

describe('the properties of the construct', () => {
  const source = readFileSync(
    join(import.meta.dirname, '../../../lib/settings/scim-endpoint-props.ts'),
    'utf8',
  );
  const { stackName: _ofTheStack, ...settings } = readSettings();
  /** By name, what is documented as its default. */
  const documented = new Map(
    [
      ...source
        .slice(source.indexOf('interface ScimEndpointProps'))
        .matchAll(/@default (.+)\n {3}\*\/\n {2}readonly (\w+)\?/g),
    ].map(([, value = '', name = '']) => [name, value]),
  );

  test('are the settings, each with its default', () => {
    expect([...documented.keys()].sort()).toEqual(
      source
        .slice(source.indexOf('interface ScimEndpointProps'))
        .match(/readonly \w+\?/g)
        ?.map((property) => property.slice('readonly '.length, -1))
        .sort(),
    );
    const known = /the settings are (.*)\./.exec(messageOf(() => readSettings({ 'scim:nothing': 1 })))?.[1];
    expect(new Set(['stackName', ...documented.keys()])).toEqual(new Set(known?.split(', ')));
  });

  test.each([...documented])('%s is by default %s', (name, value) => {
    const actual = (settings as Readonly<Record<string, unknown>>)[name];
    const isSaidInWords = value.startsWith('- ');
    if (isSaidInWords) expect([undefined, []]).toContainEqual(actual);
    else expect(actual).toEqual(JSON.parse(value.replaceAll("'", '"')));
  });
});

const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return '';
};
