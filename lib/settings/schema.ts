// The one list of settings, each with its shape and its default. scim-endpoint-props.ts says what each means, and
// docs/settings.md shows both; tests hold the three equal.

import { isIP } from 'node:net';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import { arn, attribute, flag, list, objects, text, wholeNumber, zeroOrAtLeast } from './shapes.ts';

/** One custom domain. */
export const domainEntries = {
  domainName: text(
    /^(?=.{4,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'must be a domain name in lower case, whose first part may be *',
  ),
  certificateArn: arn('acm', 'an ACM certificate'),
  hostedZoneId: v.optional(attribute(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a Route 53 hosted zone (Z…)')),
};

/** API Gateway's names of the policies for a regional API. */
const tlsPolicies = [
  'TLS_1_2',
  'SecurityPolicy_TLS13_1_2_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_3_2025_09',
  'SecurityPolicy_TLS13_1_3_FIPS_2025_09',
] as const;

const CIDR_BLOCKS = 'must be CIDR blocks like 20.190.128.0/18 or 2603:1006:2000::/48, separated by commas';

/** Except /0, which AWS WAF does not take. */
const isCidrBlock = (range: string): boolean => {
  const [address = '', length = ''] = range.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return Number(length) >= 1 && Number(length) <= bits;
};

const retentions = Object.values(RetentionDays).filter((days) => typeof days === 'number');

/** Every setting; `stackName` is the only one that ScimEndpointProps does not have. */
export const settingsSchema = v.strictObject({
  stackName: v.optional(
    text(
      /^[A-Za-z][A-Za-z0-9-]{0,63}$/,
      'must be a letter followed by at most 63 letters, digits or hyphens',
    ),
    'Scim',
  ),
  secretPrefix: v.optional(text(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, hyphens or underscores')),

  deletionProtection: v.optional(flag(), true),
  customerManagedKey: v.optional(flag(), true),
  tableMaxReadUnits: v.optional(wholeNumber(0, 1_000_000), 0),
  tableMaxWriteUnits: v.optional(wholeNumber(0, 1_000_000), 0),
  tableWarmReadUnits: v.optional(zeroOrAtLeast(12_000, 1_000_000), 0),
  tableWarmWriteUnits: v.optional(zeroOrAtLeast(4_000, 1_000_000), 0),

  authorizerCacheSeconds: v.optional(wholeNumber(0, 3600), 300),
  smallAccount: v.optional(flag(), false),
  authorizerConcurrency: v.optional(wholeNumber(0, 1000)),
  tokenGraceDays: v.optional(wholeNumber(1, 365), 30),
  tenantRequestsPerSecond: v.optional(wholeNumber(0, 10_000), 50),
  tenantBurst: v.optional(wholeNumber(1, 10_000), 100),
  throttle: v.optional(v.picklist(['standin', 'tenant'], 'must be standin or tenant'), 'tenant'),
  standInRequestsPerSecond: v.optional(wholeNumber(1, 1_000_000), 10_000),
  tenantSearchMegabytesPerMinute: v.optional(wholeNumber(20, 1_000_000), 600),

  stageRequestsPerSecond: v.optional(wholeNumber(0, 1_000_000)),

  domains: v.optional(objects(v.strictObject(domainEntries))),
  domainName: v.optional(domainEntries.domainName),
  certificateArn: v.optional(domainEntries.certificateArn),
  hostedZoneId: domainEntries.hostedZoneId,
  tlsPolicy: v.optional(
    v.picklist(tlsPolicies, `must be one of ${tlsPolicies.join(', ')}`),
    'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
  ),
  endpointAccessMode: v.optional(v.picklist(['STRICT', 'BASIC'], 'must be STRICT or BASIC'), 'STRICT'),
  webAcl: v.optional(
    attribute(
      /^(none|managed|arn:[\w-]+:wafv2:[\w-]+:\d{12}:regional\/webacl\/\S+)$/,
      'must be none, managed or the ARN of a regional web ACL',
    ),
    'none',
  ),
  webAclKnownRanges: v.optional(
    v.pipe(
      list(/^[0-9a-fA-F.:]+\/\d{1,3}$/, CIDR_BLOCKS),
      v.check((ranges) => ranges.every(isCidrBlock), CIDR_BLOCKS),
    ),
    [],
  ),
  webAclUnknownLimit: v.optional(wholeNumber(10, 1_000_000), 1_000),

  eventArchiveDays: v.optional(wholeNumber(0, 3650), 30),
  eventSubscriberAccounts: v.optional(
    list(/^\d{12}$/, 'must be ids of AWS accounts, 12 digits each, separated by commas'),
    [],
  ),

  logDays: v.optional(wholeNumber(1, 3650), 30),

  logRetentionDays: v.optional(
    v.pipe(
      wholeNumber(1, 3653),
      v.check(
        (days) => retentions.includes(days),
        'must be a period that CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, 180, 365, …',
      ),
    ),
    90,
  ),
  alarmTopicArn: v.optional(arn('sns', 'an SNS topic')),
  alarmEmail: v.optional(text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address')),
  gatewayLogRole: v.optional(flag(), false),
  tracing: v.optional(flag(), false),
  emulator: v.optional(flag(), false),
});

/** The settings with the fixed defaults filled in. */
export type Settings = v.InferOutput<typeof settingsSchema>;
