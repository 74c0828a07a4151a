// What can be set of an endpoint, as the package tells its users: the settings of config.ts in plain types, because what
// is published names no library but the CDK. test/lib/scim-endpoint-props.test.ts holds the two against each other.

/** A domain of yours that the endpoint answers under. */
export interface ScimEndpointDomain {
  /** In lower case; the first part may be `*`. */
  readonly domainName: string;
  /** The ARN of its certificate, in the region of the stack. */
  readonly certificateArn: string;
  /** The Route 53 zone in which the domain is pointed at the API. Default: that is left to you. */
  readonly hostedZoneId?: string | undefined;
}

/** How clients connect, as API Gateway calls it for a regional API. */
export type ScimEndpointTlsPolicy =
  | 'TLS_1_2'
  | 'SecurityPolicy_TLS13_1_2_PQ_2025_09'
  | 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09'
  | 'SecurityPolicy_TLS13_1_3_2025_09'
  | 'SecurityPolicy_TLS13_1_3_FIPS_2025_09';

/** The settings of an endpoint. All have a default, so none must be given. */
export interface ScimEndpointProps {
  /**
   * The folder of the tenants' secrets: `<secretPrefix>/<tenant>.<incarnation>/token`. Letters, digits, hyphens and
   * underscores.
   * @default the stack name, and the construct's id unless that is `Default`, in lower case
   */
  readonly secretPrefix?: string;

  /**
   * Protects the table against deletion and keeps it, with its key, when the stack is deleted.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Encrypts table, logs, queues, bus and archive with a key of this account (1 USD a month) instead of those of AWS.
   * @default true
   */
  readonly customerManagedKey?: boolean;
  /**
   * The most read units a second that the table spends, so that a mistake has a price limit; 0: no limit.
   * @default 0
   */
  readonly tableMaxReadUnits?: number;
  /**
   * The most write units a second that the table spends; 0: no limit.
   * @default 0
   */
  readonly tableMaxWriteUnits?: number;
  /**
   * Read units a second that the table is ready for from the start, paid once; 0: 12,000, as every new table.
   * @default 0
   */
  readonly tableWarmReadUnits?: number;
  /**
   * Write units a second that the table is ready for from the start, paid once; 0: 4,000, as every new table.
   * @default 0
   */
  readonly tableWarmWriteUnits?: number;

  /**
   * How many seconds the gateway keeps an accepted token: a revoked one is refused at the latest after this time.
   * @default 300
   */
  readonly authorizerCacheSeconds?: number;
  /**
   * Whether the account may run only few functions at a time: a new one may have a quota of 10.
   * @default false
   */
  readonly smallAccount?: boolean;
  /**
   * Concurrent authorizers set aside, at the same time the most there can be; 0 sets none aside.
   * @default 20, and 0 in a small account
   */
  readonly authorizerConcurrency?: number;
  /**
   * How many days the token before the current one is accepted after a rotation.
   * @default 30
   */
  readonly tokenGraceDays?: number;
  /**
   * Sustained requests a second of each tenant, Entra needs 25; 0 limits none. At most 10,000 tenants otherwise.
   * @default 50
   */
  readonly tenantRequestsPerSecond?: number;
  /**
   * Requests that a tenant may send at once above the sustained rate.
   * @default 100
   */
  readonly tenantBurst?: number;
  /**
   * How much of the table the searches of a tenant may read in a minute, in MB; look-ups and PATCH do not count.
   * @default 600
   */
  readonly tenantSearchMegabytesPerMinute?: number;
  /**
   * Sustained requests a second of all tenants together; 0 limits none. It leaves the rest of the region's quota to the
   * account's other APIs.
   * @default half of that quota: 5,000, or 1,250 in the regions with the small one
   */
  readonly stageRequestsPerSecond?: number;

  /**
   * Serves from these domains as well; Tenant URLs start with the first. One may be a wildcard, `*.scim.example.com`:
   * each tenant then has its own host below it.
   * @default none: Tenant URLs start with the address of the API
   */
  readonly domains?: readonly ScimEndpointDomain[];
  /**
   * The short form of one of `domains`; needs `certificateArn`.
   * @default none
   */
  readonly domainName?: string;
  /**
   * The certificate of `domainName`, in the region of the stack.
   * @default none
   */
  readonly certificateArn?: string;
  /**
   * The Route 53 zone in which `domainName` is pointed at the API.
   * @default none: that is left to you
   */
  readonly hostedZoneId?: string;
  /**
   * How clients connect. Mutual TLS needs `TLS_1_2`: the enhanced policies cannot have it.
   * @default 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09'
   */
  readonly tlsPolicy?: ScimEndpointTlsPolicy;
  /**
   * Whether a request must come for the host that its TLS session was opened for.
   * @default 'STRICT'
   */
  readonly endpointAccessMode?: 'STRICT' | 'BASIC';
  /**
   * `none`, `managed` (a web ACL made here that lets Entra pass) or the ARN of your own.
   * @default 'none'
   */
  readonly webAcl?: string;

  /**
   * Days that events are kept for a replay; 0 keeps none.
   * @default 30
   */
  readonly eventArchiveDays?: number;
  /**
   * The ids of accounts whose rules may listen on the bus.
   * @default none
   */
  readonly eventSubscriberAccounts?: readonly string[];

  /**
   * Days that the provisioning log of a tenant tells what was changed and what was refused.
   * @default 30
   */
  readonly logDays?: number;
  /**
   * Days that the logs of functions and gateway are kept; one of the periods that CloudWatch Logs offers.
   * @default 90
   */
  readonly logRetentionDays?: number;
  /**
   * An SNS topic that every alarm tells.
   * @default none: alarms only show in CloudWatch
   */
  readonly alarmTopicArn?: string;
  /**
   * Gives API Gateway the role that it writes access logs with. There is one for the whole account and region, which this
   * would replace: true where there is none yet.
   * @default false
   */
  readonly gatewayLogRole?: boolean;
  /**
   * Traces requests with X-Ray, which costs more than DynamoDB at every size.
   * @default false
   */
  readonly tracing?: boolean;
}
