// Reads the settings of scim-endpoint-props.ts: from the CDK context, `-c scim:<setting>=<value>` or cdk.json, or as the
// properties of a construct. A wrong one ends the synthesis with one sentence.

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Token } from 'aws-cdk-lib/core';
import * as v from 'valibot';
import type { ScimDomain, ScimEndpointProps } from './scim-endpoint-props.ts';
import { SettingError } from './setting-error.ts';

export { SettingError };

const PREFIX = 'scim:';

// `-c` hands over every value as text, cdk.json numbers and booleans as such.
const wholeNumber = (from: number, to: number) => {
  const problem = `must be a whole number from ${from} to ${to}`;
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))], problem),
    v.integer(problem),
    v.minValue(from, problem),
    v.maxValue(to, problem),
  );
};

/** 0 for none, or at least what there is without asking: AWS refuses less. */
const wholeNumberAbove = (least: number, most: number) => {
  const problem = `must be 0 or a whole number from ${least.toLocaleString('en')} on`;
  return v.pipe(
    wholeNumber(0, most),
    v.check((value) => value === 0 || value >= least, problem),
  );
};

const flag = () =>
  v.union(
    [
      v.boolean(),
      v.pipe(
        v.picklist(['true', 'false']),
        v.transform((value) => value === 'true'),
      ),
    ],
    'must be true or false',
  );

const text = (shape: RegExp, problem: string) => v.pipe(v.string(problem), v.regex(shape, problem));

/** Like `text`, and whatever a construct has as an attribute of another: CloudFormation knows that only when it deploys. */
const attribute = (shape: RegExp, problem: string) =>
  v.pipe(
    v.string(problem),
    v.check((value) => Token.isUnresolved(value) || shape.test(value), problem),
  );

/** An array, or text with commas between the items. */
const list = (shape: RegExp, problem: string) =>
  v.pipe(
    v.union([v.array(v.string()), v.string()], problem),
    v.transform((given) => (typeof given === 'string' ? given.split(',').filter(Boolean) : given)),
    v.check((items) => items.every((item) => shape.test(item)), problem),
  );

const arn = (service: string, what: string) =>
  attribute(new RegExp(`^arn:[\\w-]+:${service}:[\\w-]+:\\d{12}:\\S+$`), `must be the ARN of ${what}`);

/** A list from cdk.json as it is, from `-c` as JSON. */
const objects = <Item extends v.GenericSchema>(item: Item) => {
  const problem = 'must be a list, as JSON on the command line';
  return v.pipe(
    v.union([v.array(v.unknown()), v.pipe(v.string(), v.parseJson(undefined, problem))], problem),
    v.array(item, problem),
  );
};

/** A domain of yours, in the region of the stack; its zone is that of Route 53, if it is there. */
const domainEntries = {
  domainName: text(
    /^(?=.{4,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'must be a domain name in lower case, whose first part may be *',
  ),
  certificateArn: arn('acm', 'an ACM certificate'),
  hostedZoneId: v.optional(attribute(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a Route 53 hosted zone (Z…)')),
};

/** As API Gateway calls them, for a regional API. */
const tlsPolicies = [
  'TLS_1_2',
  'SecurityPolicy_TLS13_1_2_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_3_2025_09',
  'SecurityPolicy_TLS13_1_3_FIPS_2025_09',
] as const;

const retentions = Object.values(RetentionDays).filter((days) => typeof days === 'number');

/** What each means is in scim-endpoint-props.ts; only a stack has a name to set. */
const settings = v.strictObject({
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
  tableWarmReadUnits: v.optional(wholeNumberAbove(12_000, 1_000_000), 0),
  tableWarmWriteUnits: v.optional(wholeNumberAbove(4_000, 1_000_000), 0),

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

type Settings = v.InferOutput<typeof settings>;

/** The settings of a stack, complete. */
export type StackSettings = Readonly<Settings>;

/** The settings of one deployment, complete. */
export interface Config
  extends Readonly<
    Omit<Settings, 'stackName' | 'secretPrefix' | 'authorizerConcurrency' | 'domains' | keyof ScimDomain>
  > {
  /** What resources with a name of their own are called. */
  readonly name: string;
  /** Undefined with `customerManagedKey` off, and before it is made. */
  readonly encryptionKey?: IKey | undefined;
  readonly secretPrefix: string;
  readonly authorizerConcurrency: number;
  /** Tenant URLs start with the first. */
  readonly domains: readonly ScimDomain[];
}

/** What every construct of a deployment is given. */
export interface PartProps {
  /** The settings of the deployment, complete. */
  readonly config: Config;
}

/**
 * What a deployment's resources are called by: two in one account and region differ in it. `endpoint` is the id of an endpoint
 * that is part of a stack; no stack has a `_` in its name.
 */
export const deploymentName = (stackName: string, endpoint = ''): string =>
  [stackName, endpoint].filter(Boolean).join('_');

/** Reads the settings from a CDK context; throws a `SettingError`. */
export const readSettings = (context: Readonly<Record<string, unknown>> = {}): StackSettings => {
  const ours = Object.entries(context).filter(([key]) => key.startsWith(PREFIX));
  const given = Object.fromEntries(ours.map(([key, value]) => [key.slice(PREFIX.length), value]));
  return parse(given);
};

/** The settings with the defaults filled in, for a deployment of this name; throws a `SettingError`. */
export const configOf = (given: ScimEndpointProps, name: string): Config => {
  const { stackName, domains, domainName, certificateArn, hostedZoneId, ...config } = parse(given);
  return {
    ...config,
    name,
    secretPrefix: config.secretPrefix ?? name.toLowerCase(),
    authorizerConcurrency: config.authorizerConcurrency ?? (config.smallAccount ? 0 : 20),
    domains: domainsOf(domains, { domainName, certificateArn, hostedZoneId }),
  };
};

const parse = (given: unknown): Settings => {
  const result = v.safeParse(settings, given, { abortEarly: true });
  if (!result.success) throw new SettingError(describe(result.issues[0]));
  return result.output;
};

const domainsOf = (
  domains: readonly ScimDomain[] | undefined,
  { domainName, certificateArn, hostedZoneId }: Partial<ScimDomain>,
): readonly ScimDomain[] => {
  const isShort = Boolean(domainName || certificateArn || hostedZoneId);
  if (domains && isShort) {
    throw new SettingError(
      `The settings ${PREFIX}domainName, ${PREFIX}certificateArn and ${PREFIX}hostedZoneId are the short form of one of ${PREFIX}domains: use either.`,
    );
  }
  const names = domains?.map((domain) => domain.domainName) ?? [];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new SettingError(`The setting ${PREFIX}domains has ${repeated} twice.`);
  if (!isShort) return domains ?? [];
  if (domainName && certificateArn) return [{ domainName, certificateArn, hostedZoneId }];
  throw new SettingError(`The settings ${PREFIX}domainName and ${PREFIX}certificateArn only work together.`);
};

const describe = (issue: v.InferIssue<typeof settings>) => {
  const name = v.getDotPath(issue);
  if (issue.type !== 'strict_object') {
    return `The setting ${PREFIX}${name} ${issue.message}, not ${JSON.stringify(issue.input)}.`;
  }
  if (issue.expected !== 'never') return `The setting ${PREFIX}${name} must be given.`;
  const known = issue.path?.length === 1 ? settings.entries : domainEntries;
  return `There is no setting ${PREFIX}${name}; the settings are ${Object.keys(known).join(', ')}.`;
};
