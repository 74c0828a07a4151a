// The one list of deploy-time settings. Each comes from the CDK context, `-c scim:<setting>=<value>` or cdk.json, or is
// as written here; a wrong one ends the synthesis with one sentence.

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import type { ScimEndpointProps } from './scim-endpoint-props.ts';
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

/** An array, or text with commas between the items. */
const list = (shape: RegExp, problem: string) =>
  v.pipe(
    v.union([v.array(v.string()), v.string()], problem),
    v.transform((given) => (typeof given === 'string' ? given.split(',').filter(Boolean) : given)),
    v.check((items) => items.every((item) => shape.test(item)), problem),
  );

const arn = (service: string, what: string) =>
  text(new RegExp(`^arn:[\\w-]+:${service}:[\\w-]+:\\d{12}:\\S+$`), `must be the ARN of ${what}`);

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
  hostedZoneId: v.optional(text(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a Route 53 hosted zone (Z…)')),
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

const settings = v.strictObject({
  /** The name of the CloudFormation stack. Two deployments in one account and region differ in it. */
  stackName: v.optional(
    text(
      /^[A-Za-z][A-Za-z0-9-]{0,63}$/,
      'must be a letter followed by at most 63 letters, digits or hyphens',
    ),
    'Scim',
  ),
  /** The folder of the tenants' secrets: `<secretPrefix>/<tenant>.<incarnation>/token`. Default: the stack name in lower case. */
  secretPrefix: v.optional(text(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, hyphens or underscores')),

  /** Protects the table against deletion and keeps it, with its key, when the stack is deleted. */
  deletionProtection: v.optional(flag(), true),
  /** Encrypts table, logs, queues, bus and archive with a key of this account (1 USD a month) instead of those of AWS. */
  customerManagedKey: v.optional(flag(), true),
  /** The most read units a second that the table spends, so that a mistake has a price limit; 0: no limit. */
  tableMaxReadUnits: v.optional(wholeNumber(0, 1_000_000), 0),
  /** The most write units a second that the table spends; 0: no limit. */
  tableMaxWriteUnits: v.optional(wholeNumber(0, 1_000_000), 0),
  /** Read units a second that the table is ready for from the start, paid once; 0: 12,000, as every new table. */
  tableWarmReadUnits: v.optional(wholeNumber(0, 1_000_000), 0),
  /** Write units a second that the table is ready for from the start, paid once; 0: 4,000, as every new table. */
  tableWarmWriteUnits: v.optional(wholeNumber(0, 1_000_000), 0),

  /** How long the gateway keeps an accepted token: a revoked one is refused at the latest after this time. */
  authorizerCacheSeconds: v.optional(wholeNumber(0, 3600), 300),
  /** Whether the account may run only few functions at a time: a new one may have a quota of 10. */
  smallAccount: v.optional(flag(), false),
  /** Concurrent authorizers set aside, at the same time the most there can be. Default: 20, and 0 (none) in a small account. */
  authorizerConcurrency: v.optional(wholeNumber(0, 1000)),
  /** How long the token before the current one is accepted after a rotation. */
  tokenGraceDays: v.optional(wholeNumber(1, 365), 30),
  /** Sustained requests a second of each tenant, Entra needs 25; 0 limits none. At most 10,000 tenants otherwise. */
  tenantRequestsPerSecond: v.optional(wholeNumber(0, 10_000), 50),
  /** Requests that a tenant may send at once above the sustained rate. */
  tenantBurst: v.optional(wholeNumber(1, 10_000), 100),
  /** How much of the table the searches of a tenant may read in a minute, in MB; look-ups and PATCH do not count. */
  tenantSearchMegabytesPerMinute: v.optional(wholeNumber(20, 1_000_000), 600),

  /**
   * Sustained requests a second of all tenants together; 0 limits none. It leaves the rest of the region's quota to the
   * account's other APIs. Default: half of that quota, 5,000, or 1,250 in the regions with the small one.
   */
  stageRequestsPerSecond: v.optional(wholeNumber(0, 1_000_000)),

  /**
   * Serves from these domains as well, `[{ domainName, certificateArn, hostedZoneId }]`; Tenant URLs start with the first.
   * One may be a wildcard, `*.scim.example.com`: each tenant then has its own host below it.
   */
  domains: v.optional(objects(v.strictObject(domainEntries))),
  /** The short form of one of `domains`; needs `certificateArn`. */
  domainName: v.optional(domainEntries.domainName),
  /** The certificate of `domainName`, in the region of the stack. */
  certificateArn: v.optional(domainEntries.certificateArn),
  /** The Route 53 zone in which `domainName` is pointed at the API; without it that is left to you. */
  hostedZoneId: domainEntries.hostedZoneId,
  /** How clients connect. Mutual TLS needs `TLS_1_2`: the enhanced policies cannot have it. */
  tlsPolicy: v.optional(
    v.picklist(tlsPolicies, `must be one of ${tlsPolicies.join(', ')}`),
    'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
  ),
  /** Whether a request must come for the host that its TLS session was opened for: `STRICT` or `BASIC`. */
  endpointAccessMode: v.optional(v.picklist(['STRICT', 'BASIC'], 'must be STRICT or BASIC'), 'STRICT'),
  /** `none`, `managed` (a web ACL made here that lets Entra pass) or the ARN of your own. */
  webAcl: v.optional(
    text(
      /^(none|managed|arn:[\w-]+:wafv2:[\w-]+:\d{12}:regional\/webacl\/\S+)$/,
      'must be none, managed or the ARN of a regional web ACL',
    ),
    'none',
  ),

  /** Days that events are kept for a replay; 0 keeps none. */
  eventArchiveDays: v.optional(wholeNumber(0, 3650), 30),
  /** Accounts whose rules may listen on the bus, by their ids, separated by commas. */
  eventSubscriberAccounts: v.optional(
    list(/^\d{12}$/, 'must be ids of AWS accounts, 12 digits each, separated by commas'),
    [],
  ),

  /** Days that the provisioning log of a tenant tells what was changed and what was refused. */
  logDays: v.optional(wholeNumber(1, 3650), 30),

  /** Days that the logs of functions and gateway are kept; one of the periods that CloudWatch Logs offers. */
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
  /** An SNS topic that every alarm tells. Without it alarms only show in CloudWatch. */
  alarmTopicArn: v.optional(arn('sns', 'an SNS topic')),
  /**
   * Gives API Gateway the role that it writes access logs with. There is one for the whole account and region, which this
   * would replace: true where there is none yet.
   */
  gatewayLogRole: v.optional(flag(), false),
  /** Traces requests with X-Ray, which costs more than DynamoDB at every size. */
  tracing: v.optional(flag(), false),
  /**
   * Leaves out what the emulator of the end-to-end test cannot create: alarms, dashboard, web ACL, the archive of events.
   * Never on AWS.
   */
  emulator: v.optional(flag(), false),
});

type Settings = v.InferOutput<typeof settings>;

/** The settings of a stack, complete, and what can be set of an endpoint that is part of one. */
export type StackSettings = Readonly<Settings>;
export type EndpointSettings = ScimEndpointProps & Readonly<Partial<Pick<Settings, 'emulator'>>>;

export interface DomainConfig {
  readonly domainName: string;
  readonly certificateArn: string;
  readonly hostedZoneId?: string | undefined;
}

/** The settings of one deployment, complete. */
export interface Config
  extends Readonly<
    Omit<Settings, 'stackName' | 'secretPrefix' | 'authorizerConcurrency' | 'domains' | keyof DomainConfig>
  > {
  /** What resources with a name of their own are called. */
  readonly name: string;
  /** Undefined with `customerManagedKey` off, and before it is made. */
  readonly encryptionKey?: IKey | undefined;
  readonly secretPrefix: string;
  readonly authorizerConcurrency: number;
  /** Tenant URLs start with the first. */
  readonly domains: readonly DomainConfig[];
}

/** Reads the settings from a CDK context; throws a `SettingError`. */
export const readSettings = (context: Readonly<Record<string, unknown>> = {}): StackSettings => {
  const ours = Object.entries(context).filter(([key]) => key.startsWith(PREFIX));
  const given = Object.fromEntries(ours.map(([key, value]) => [key.slice(PREFIX.length), value]));
  return parse(given);
};

/** The settings with the defaults filled in, for a deployment of this name; throws a `SettingError`. */
export const configOf = (given: EndpointSettings, name: string): Config => {
  const { stackName, domains, domainName, certificateArn, hostedZoneId, ...config } = parse(given);
  return {
    ...config,
    name,
    secretPrefix: config.secretPrefix ?? name.toLowerCase(),
    authorizerConcurrency: config.authorizerConcurrency ?? (config.smallAccount ? 0 : 20),
    domains: domainsOf(domains, { domainName, certificateArn, hostedZoneId }),
  };
};

/** What the stack of these settings is made with; throws a `SettingError`. */
export const readConfig = (context: Readonly<Record<string, unknown>> = {}): Config => {
  const { stackName, ...given } = readSettings(context);
  return configOf(given, stackName);
};

const parse = (given: unknown): Settings => {
  const result = v.safeParse(settings, given, { abortEarly: true });
  if (!result.success) throw new SettingError(describe(result.issues[0]));
  return result.output;
};

const domainsOf = (
  domains: readonly DomainConfig[] | undefined,
  { domainName, certificateArn, hostedZoneId }: Partial<DomainConfig>,
): readonly DomainConfig[] => {
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
