// The properties of ScimEndpoint. The same names, prefixed with `scim:`, are the settings in cdk.json and of `cdk deploy -c`;
// schema.ts checks both, and docs/settings.md lists them.

/** A custom domain for the API. */
export interface ScimDomain {
  /** In lower case. The wildcard `*.scim.example.com` gives each tenant a host of its own. */
  readonly domainName: string;
  /** An ACM certificate for the domain, in the region of the stack. */
  readonly certificateArn: string;
  /** The id of the Route 53 zone in which to create the DNS record. Without it, create the record yourself. */
  readonly hostedZoneId?: string | undefined;
}

/**
 * The properties of `ScimEndpoint`, all optional. An invalid or unknown one throws a `SettingError`. ARNs and zone ids may be
 * tokens, which are attributes of other resources of the app; every other value must be known at synthesis.
 */
export interface ScimEndpointProps {
  /**
   * The prefix of the names of tenants' secrets: `<secretPrefix>/<tenant>.<incarnation>/token`. 1 to 64 letters, digits, hyphens
   * or underscores.
   * @default - the name of the stack in lower case, followed by `_` and the construct's id unless that is `Default`
   */
  readonly secretPrefix?: string | undefined;

  /**
   * Protects the table from deletion, and retains it with its key and the deployment's secret when the stack is deleted.
   * @default true
   */
  readonly deletionProtection?: boolean | undefined;
  /**
   * Encrypts table, logs, queues, bus, archive and failed changes with a customer managed key (1 USD a month) instead of keys
   * that AWS owns.
   * @default true
   */
  readonly customerManagedKey?: boolean | undefined;
  /**
   * The most read units a second that the table may consume, which limits the cost of a mistake. 0: no limit.
   * @default 0
   */
  readonly tableMaxReadUnits?: number | undefined;
  /**
   * The most write units a second that the table may consume. 0: no limit.
   * @default 0
   */
  readonly tableMaxWriteUnits?: number | undefined;
  /**
   * Warm throughput: read units a second that the table can serve at once, paid once. 12,000 or more, and no less than the table
   * has grown to; 0: the 12,000 of every new table.
   * @default 0
   */
  readonly tableWarmReadUnits?: number | undefined;
  /**
   * Warm throughput: write units a second that the table can serve at once, paid once. 4,000 or more, and no less than the table
   * has grown to; 0: the 4,000 of every new table.
   * @default 0
   */
  readonly tableWarmWriteUnits?: number | undefined;

  /**
   * Seconds that the gateway caches an accepted token; a token that ends is accepted at most this much longer. 0 to 3,600.
   * @default 300
   */
  readonly authorizerCacheSeconds?: number | undefined;
  /**
   * For an account with a low quota of concurrent Lambda executions; that of a new one may be 10.
   * @default false
   */
  readonly smallAccount?: boolean | undefined;
  /**
   * Reserved concurrency of the authorizer, which is also its maximum. 0 to 1,000; 0: none reserved.
   * @default - 20, and 0 in a small account
   */
  readonly authorizerConcurrency?: number | undefined;
  /**
   * Days that the previous token is accepted after a rotation. 1 to 365.
   * @default 30
   */
  readonly tokenGraceDays?: number | undefined;
  /**
   * Sustained requests a second per tenant; Entra needs 25. 0 to 10,000; 0: no limit, and no limit of 10,000 tenants.
   * @default 50
   */
  readonly tenantRequestsPerSecond?: number | undefined;
  /**
   * Requests that a tenant may send in a burst above the sustained rate. 1 to 10,000.
   * @default 100
   */
  readonly tenantBurst?: number | undefined;
  /**
   * `tenant` counts each tenant by its own API key, from its sixth minute on. `standin` counts all tenants together by one key.
   * To switch on throttling for tenants that have no key yet: deploy `standin`, run `tenant throttle --all`, deploy `tenant`.
   * @default 'tenant'
   */
  readonly throttle?: 'standin' | 'tenant' | undefined;
  /**
   * Requests a second, and burst, of all tenants together that are counted by the stand-in key. The default is the quota of an
   * account, so that it refuses nothing that the stage would serve; a lower value keeps new tenants from using it all.
   * @default 10000
   */
  readonly standInRequestsPerSecond?: number | undefined;
  /**
   * Megabytes of the table that the searches of a tenant may read in a minute. Look-ups and PATCH do not count. At least 20.
   * @default 600
   */
  readonly tenantSearchMegabytesPerMinute?: number | undefined;
  /**
   * Sustained requests a second of all tenants together; 0: no limit. The rest of the region's quota is left to the account's
   * other APIs.
   * @default - half of the region's quota: 5,000, or 1,250 in the regions with the smaller quota
   */
  readonly stageRequestsPerSecond?: number | undefined;

  /**
   * Custom domains; Tenant URLs start with the first. Set one before the first customer: the API's own URL lasts only as long as
   * the API.
   * @default - none
   */
  readonly domains?: readonly ScimDomain[] | undefined;
  /**
   * The short form of `domains` for a single one; requires `certificateArn`.
   * @default - none
   */
  readonly domainName?: string | undefined;
  /**
   * The certificate of `domainName`, in the region of the stack.
   * @default - none
   */
  readonly certificateArn?: string | undefined;
  /**
   * The Route 53 zone in which to create the DNS record of `domainName`.
   * @default - none: create the record yourself
   */
  readonly hostedZoneId?: string | undefined;
  /**
   * The TLS security policy. Mutual TLS requires `TLS_1_2`; the enhanced policies do not support it.
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
   * With `STRICT`, the Host header must match the host name of the TLS connection (SNI). Only for the enhanced policies.
   * @default 'STRICT'
   */
  readonly endpointAccessMode?: 'STRICT' | 'BASIC' | undefined;
  /**
   * `none`, `managed` (a new web ACL that lets Entra through) or the ARN of an existing one.
   * @default 'none'
   */
  readonly webAcl?: string | undefined;
  /**
   * CIDR blocks of known senders, such as Entra's. With `webAcl` `managed`, each address outside of them is limited. Empty: none is.
   * @default - none
   */
  readonly webAclKnownRanges?: readonly string[] | undefined;
  /**
   * Requests that one address outside of `webAclKnownRanges` may send in five minutes. At least 10.
   * @default 1000
   */
  readonly webAclUnknownLimit?: number | undefined;

  /**
   * Days that events are archived for a replay. 0 to 3,650; 0: no archive.
   * @default 30
   */
  readonly eventArchiveDays?: number | undefined;
  /**
   * The ids of accounts that may create rules on the bus.
   * @default - none
   */
  readonly eventSubscriberAccounts?: readonly string[] | undefined;

  /**
   * Days that entries of the provisioning log are kept. 1 to 3,650.
   * @default 30
   */
  readonly logDays?: number | undefined;
  /**
   * Days that the logs of functions and gateway are kept; one of the periods that CloudWatch Logs offers.
   * @default 90
   */
  readonly logRetentionDays?: number | undefined;
  /**
   * An existing SNS topic for all alarms.
   * @default - a new one: the attribute `alarmTopic`, the output `AlarmTopicArn`
   */
  readonly alarmTopicArn?: string | undefined;
  /**
   * An e-mail address to subscribe to the alarms; SNS sends it a mail to confirm.
   * @default - none
   */
  readonly alarmEmail?: string | undefined;
  /**
   * Sets the role with which API Gateway writes access logs. There is one per account and region, which this replaces: set it
   * only where there is none yet.
   * @default false
   */
  readonly gatewayLogRole?: boolean | undefined;
  /**
   * Traces requests with X-Ray, which costs more than DynamoDB at any size.
   * @default false
   */
  readonly tracing?: boolean | undefined;
  /**
   * Leaves out what the emulator of the end-to-end test cannot create: alarms, dashboard, web ACL, throttling, the event archive.
   * Never set it on AWS.
   * @default false
   */
  readonly emulator?: boolean | undefined;
}
