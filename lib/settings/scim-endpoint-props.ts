// What can be set of a deployment. The same names, with `scim:` before them, are the settings in cdk.json and of
// `cdk deploy -c`; config.ts reads and checks both.

/** A domain of yours, in the region of the stack. */
export interface ScimDomain {
  /** In lower case; `*.scim.example.com` gives each tenant a host of its own below it. */
  readonly domainName: string;
  /** Of an ACM certificate that covers it. */
  readonly certificateArn: string;
  /** The Route 53 zone in which it is pointed at the API. Without it that is left to you. */
  readonly hostedZoneId?: string | undefined;
}

/** All are optional. `@default` says what holds for one that is left out. */
export interface ScimEndpointProps {
  /**
   * The folder of the tenants' secrets: `<secretPrefix>/<tenant>.<incarnation>/token`. 1 to 64 letters, digits, hyphens or
   * underscores.
   * @default - the name of the stack in lower case, followed by `_` and the construct's id unless that is `Default`
   */
  readonly secretPrefix?: string | undefined;

  /**
   * Protects the table against deletion and keeps it, with its key and the deployment's secret, when the stack is deleted.
   * @default true
   */
  readonly deletionProtection?: boolean | undefined;
  /**
   * Encrypts table, logs, queues, bus, archive and failures with a key of this account (1 USD a month) instead of those of AWS.
   * @default true
   */
  readonly customerManagedKey?: boolean | undefined;
  /**
   * The most read units a second that the table spends, so that a mistake has a price limit; 0: no limit.
   * @default 0
   */
  readonly tableMaxReadUnits?: number | undefined;
  /**
   * The most write units a second that the table spends; 0: no limit.
   * @default 0
   */
  readonly tableMaxWriteUnits?: number | undefined;
  /**
   * Read units a second that the table is ready for from the start, paid once; 0: 12,000, as every new table. AWS refuses
   * less, and less than the table has grown to.
   * @default 0
   */
  readonly tableWarmReadUnits?: number | undefined;
  /**
   * Write units a second that the table is ready for from the start, paid once; 0: 4,000, as every new table. AWS refuses
   * less, and less than the table has grown to.
   * @default 0
   */
  readonly tableWarmWriteUnits?: number | undefined;

  /**
   * How long the gateway keeps an accepted token: a revoked one is refused at the latest after this time. 0 to 3,600.
   * @default 300
   */
  readonly authorizerCacheSeconds?: number | undefined;
  /**
   * Whether the account may run only few functions at a time: a new one may have a quota of 10.
   * @default false
   */
  readonly smallAccount?: boolean | undefined;
  /**
   * Concurrent authorizers set aside, at the same time the most there can be; 0 reserves none.
   * @default - 20, and 0 in a small account
   */
  readonly authorizerConcurrency?: number | undefined;
  /**
   * How long the token before the current one is accepted after a rotation. 1 to 365.
   * @default 30
   */
  readonly tokenGraceDays?: number | undefined;
  /**
   * Sustained requests a second of each tenant, Entra needs 25; 0 limits none. At most 10,000 tenants otherwise.
   * @default 50
   */
  readonly tenantRequestsPerSecond?: number | undefined;
  /**
   * Requests that a tenant may send at once above the sustained rate.
   * @default 100
   */
  readonly tenantBurst?: number | undefined;
  /**
   * `tenant` counts each tenant by a key of its own, from its sixth minute on; `standin` counts all together, which is how
   * throttling is switched on for tenants that have no key yet: then `tenant throttle --all`, then `tenant`.
   * @default 'tenant'
   */
  readonly throttle?: 'standin' | 'tenant' | undefined;
  /**
   * Requests a second, and at once, of all tenants together that are counted by the stand-in key. The default is the quota
   * of an account, so that it refuses nobody whom the stage would serve; lower, it keeps new tenants from taking it all.
   * @default 10000
   */
  readonly standInRequestsPerSecond?: number | undefined;
  /**
   * How much of the table the searches of a tenant may read in a minute, in MB; look-ups and PATCH do not count. At least 20.
   * @default 600
   */
  readonly tenantSearchMegabytesPerMinute?: number | undefined;
  /**
   * Sustained requests a second of all tenants together; 0 limits none. It leaves the rest of the region's quota to the
   * account's other APIs.
   * @default - half of that quota: 5,000, or 1,250 in the regions with the small one
   */
  readonly stageRequestsPerSecond?: number | undefined;

  /**
   * Serves from these domains as well; Tenant URLs start with the first. Have one before the first customer: the URL of the
   * API itself ends with the API.
   * @default - none
   */
  readonly domains?: readonly ScimDomain[] | undefined;
  /**
   * The short form of one of `domains`; needs `certificateArn`.
   * @default - none
   */
  readonly domainName?: string | undefined;
  /**
   * The certificate of `domainName`, in the region of the stack.
   * @default - none
   */
  readonly certificateArn?: string | undefined;
  /**
   * The Route 53 zone in which `domainName` is pointed at the API.
   * @default - none: that is left to you
   */
  readonly hostedZoneId?: string | undefined;
  /**
   * How clients connect. Mutual TLS needs `TLS_1_2`: the enhanced policies cannot have it.
   * @default 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09'
   */
  readonly tlsPolicy?:
    | 'TLS_1_2'
    | 'SecurityPolicy_TLS13_1_2_PQ_2025_09'
    | 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09'
    | 'SecurityPolicy_TLS13_1_3_2025_09'
    | 'SecurityPolicy_TLS13_1_3_FIPS_2025_09'
    | undefined;
  /**
   * Whether a request must come for the host that its TLS session was opened for.
   * @default 'STRICT'
   */
  readonly endpointAccessMode?: 'STRICT' | 'BASIC' | undefined;
  /**
   * `none`, `managed` (a web ACL made here that lets Entra pass) or the ARN of your own.
   * @default 'none'
   */
  readonly webAcl?: string | undefined;

  /**
   * Days that events are kept for a replay; 0 keeps none.
   * @default 30
   */
  readonly eventArchiveDays?: number | undefined;
  /**
   * Accounts whose rules may listen on the bus, by their ids.
   * @default - none
   */
  readonly eventSubscriberAccounts?: readonly string[] | undefined;

  /**
   * Days that the provisioning log of a tenant tells what was changed and what was refused.
   * @default 30
   */
  readonly logDays?: number | undefined;
  /**
   * Days that the logs of functions and gateway are kept; one of the periods that CloudWatch Logs offers.
   * @default 90
   */
  readonly logRetentionDays?: number | undefined;
  /**
   * An SNS topic that every alarm tells.
   * @default - one that is made here: the attribute `alarmTopic`, the output `AlarmTopicArn`
   */
  readonly alarmTopicArn?: string | undefined;
  /**
   * An e-mail address that is subscribed to the alarms; a mail asks to confirm it.
   * @default - none
   */
  readonly alarmEmail?: string | undefined;
  /**
   * Gives API Gateway the role that it writes access logs with. There is one for the whole account and region, which this
   * would replace: true where there is none yet.
   * @default false
   */
  readonly gatewayLogRole?: boolean | undefined;
  /**
   * Traces requests with X-Ray, which costs more than DynamoDB at every size.
   * @default false
   */
  readonly tracing?: boolean | undefined;
  /**
   * Leaves out what the emulator of the end-to-end test cannot create: alarms, dashboard, web ACL, the archive of events.
   * Never on AWS.
   * @default false
   */
  readonly emulator?: boolean | undefined;
}
