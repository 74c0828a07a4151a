// Everything that one deployment is made of, and how the parts know each other. It can be part of any stack.

import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { CfnOutput, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ChangePipeline } from './change-pipeline.ts';
import { configOf } from './config.ts';
import { isWildcard } from './custom-domain.ts';
import { DeploymentKey } from './deployment-key.ts';
import { DeploymentSecret } from './deployment-secret.ts';
import { DirectoryTable } from './directory-table.ts';
import { HandlerFunction } from './handler-function.ts';
import { Observability } from './observability.ts';
import { acting, grantAll, looking, type OperatedParts } from './operator-permissions.ts';
import { RuleDeadLetters } from './rule-dead-letters.ts';
import { ScimApi } from './scim-api.ts';
import type { ScimEndpointProps } from './scim-endpoint-props.ts';
import { SettingError } from './setting-error.ts';
import { TenantErasure } from './tenant-erasure.ts';
import { TenantTokens } from './tenant-tokens.ts';
import { TenantWatch } from './tenant-watch.ts';
import { Webhooks } from './webhooks.ts';

/** 500 operations must be done in one go, and each takes milliseconds of computing. */
const ONE_PROCESSOR_MB = 1769;

/**
 * One deployment, for any account and region. Under the id `Default` its resources are called as if they stood in the
 * stack itself; keep the id: another one replaces the API, whose URL customers have pasted, and the table.
 */
export class ScimEndpoint extends Construct {
  /** What Tenant URLs begin with; of a wildcard domain a template, `https://{tenant}.scim.example.com`. */
  readonly baseUrl: string;
  /** On which the product hears of changes. */
  readonly eventBus: IEventBus;
  /** The directory of all tenants. */
  readonly table: ITable;
  /** What every alarm tells; undefined with `emulator`. */
  readonly alarmTopic: ITopic | undefined;
  private readonly parts: OperatedParts;

  /** Throws a `SettingError` for a property that cannot be used. */
  constructor(scope: Construct, id: string, props: ScimEndpointProps = {}) {
    super(scope, id);
    const settings = configOf(props, nameOf(this));
    const encryptionKey = settings.customerManagedKey
      ? new DeploymentKey(this, 'Key', settings).key
      : undefined;
    const config = { ...settings, encryptionKey };
    const directory = new DirectoryTable(this, 'Directory', config);
    const { queue: ruleDeadLetters } = new RuleDeadLetters(this, 'RuleDeadLetters', config);
    const changes = new ChangePipeline(this, 'Changes', config, directory);
    const { eventBus } = changes;
    const deploymentSecret = new DeploymentSecret(this, 'DeploymentSecret', config);
    const tokens = new TenantTokens(this, 'Tokens', {
      config,
      directory,
      changes,
      deploymentSecret,
      ruleDeadLetters,
    });
    const webhooks = new Webhooks(this, 'Webhooks', {
      config,
      directory,
      eventBus,
      deploymentSecret,
      ruleDeadLetters,
    });

    const watch = new TenantWatch(this, 'Watch', { config, directory, changes, ruleDeadLetters });
    const { failedChanges } = changes;
    const erasure = new TenantErasure(this, 'Erasure', {
      config,
      directory,
      failedChanges,
      deadLetterQueue: ruleDeadLetters,
    });

    const serve = (
      id: string,
      name: string,
      description: string,
      permissions: PolicyStatement[],
      memorySize?: number,
    ) =>
      new HandlerFunction(this, id, {
        config,
        description,
        entry: `lambdas/handlers/${name}.ts`,
        environment: {
          TABLE_NAME: directory.table.tableName,
          LOG_DAYS: String(config.logDays),
          ...(config.domains.some(isWildcard) && {
            DOMAIN_NAMES: config.domains.map(({ domainName }) => domainName).join(),
          }),
          ...(name !== 'discovery' && {
            TENANT_SEARCH_MB_PER_MINUTE: String(config.tenantSearchMegabytesPerMinute),
          }),
        },
        permissions,
        memorySize,
      }).function;
    // What each handler calls, held against its code by test/lib/permissions.test.ts; a transaction needs its parts.
    const read = ['GetItem', 'BatchGetItem', 'Query'];
    const users = serve(
      'Users',
      'users',
      'Answers SCIM requests for users.',
      directory.allow(...read, 'PutItem', 'UpdateItem', 'DeleteItem'),
    );
    const groups = serve(
      'Groups',
      'groups',
      'Answers SCIM requests for groups.',
      directory.allow(...read, 'PutItem', 'UpdateItem', 'DeleteItem'),
    );
    const bulk = serve(
      'Bulk',
      'bulk',
      'Answers SCIM requests that carry many operations.',
      directory.allow(...read, 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
      ONE_PROCESSOR_MB,
    );
    const resources = serve(
      'Resources',
      'resources',
      'Answers SCIM requests for the resource types that tenants define, and for paths in another spelling.',
      directory.allow(...read, 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
    );
    const discovery = serve(
      'Discovery',
      'discovery',
      'Tells SCIM clients what this endpoint can do.',
      directory.allow('GetItem', 'Query', 'PutItem', 'UpdateItem'),
    );

    const api = new ScimApi(this, 'Gateway', {
      config,
      authorizer: tokens.authorizer,
      users,
      groups,
      bulk,
      discovery,
      resources,
    });
    if (!config.emulator) {
      const functions = [users, groups, bulk, discovery, resources];
      const { dashboardName, alarmTopic } = new Observability(this, 'Observability', {
        config,
        api,
        directory,
        tokens,
        functions,
        changes,
        webhooks,
        erasure,
        watch,
        ruleDeadLetters,
      });
      this.alarmTopic = alarmTopic;
      this.output('DashboardName', dashboardName, 'The dashboard in CloudWatch.');
      this.output('AlarmTopicArn', alarmTopic.topicArn, 'The SNS topic that every alarm tells.');
    }

    this.parts = { config, directory, changes, tokens, deploymentSecret, api };
    this.baseUrl = api.baseUrl;
    this.eventBus = changes.eventBus;
    this.table = directory.table;
    this.output(
      'BaseUrl',
      api.baseUrl,
      'A Tenant URL is this with /<tenant>/v2, the tenant in place of a {tenant} too.',
    );
    this.output(
      'TableName',
      directory.table.tableName,
      'The table; the operator commands find it by this output.',
    );
    this.output(
      'SecretPrefix',
      config.secretPrefix,
      'Tokens are the secrets <prefix>/<tenant>.<incarnation>/token.',
    );
    this.output(
      'DeploymentSecretArn',
      deploymentSecret.secretArn,
      'What the MAC of tokens and the keys of webhooks come from.',
    );
    this.output(
      'EventBusName',
      changes.eventBus.eventBusName,
      'The bus on which the product hears of changes.',
    );
    if (changes.archive) {
      this.output('EventArchiveArn', changes.archive.attrArn, 'What the bus had, to be replayed.');
    }
    this.output(
      'FailedChangesBucket',
      failedChanges.bucket.bucketName,
      'Changes that could not be followed.',
    );
    this.output('ChangesFunctionName', changes.follower.functionName, 'What follows changes, for a redrive.');
    this.output(
      'RotationFunctionArn',
      tokens.rotation.functionArn,
      'What rotates a token, for RotateSecret.',
    );
    this.output('TokenGraceDays', String(config.tokenGraceDays), 'How long a previous token is accepted.');
    this.output('RestApiId', api.api.restApiId, 'The API, whose memory of tokens a revocation flushes.');
    this.output('StageName', api.api.deploymentStage.stageName, 'The stage of the API.');
    this.output('AccessLogGroup', api.accessLog.logGroup.logGroupName, 'One line per request.');
    const [domain, ...further] = api.domains;
    if (domain) this.output('DomainTarget', domain.target, 'What DNS points your domain at.');
    if (further.length > 0) {
      const targets = Object.fromEntries(api.domains.map(({ name, target }) => [name, target]));
      this.output(
        'DomainTargets',
        Stack.of(this).toJsonString(targets),
        'What DNS points each of your domains at.',
      );
    }
    if (api.throttle) {
      this.output(
        'UsagePlanId',
        api.throttle.usagePlan.usagePlanId,
        "The plan that a tenant's API key belongs to.",
      );
    }
  }

  /** Lets somebody run the operator's commands that show: no tokens, and no changes that were given up. */
  grantLooking(grantee: IGrantable): Grant {
    return grantAll(grantee, looking(this, this.parts));
  }

  /** Lets somebody run every command of the operator: tenants, tokens, webhooks, redrive, replay. */
  grantOperating(grantee: IGrantable): Grant {
    return grantAll(grantee, acting(this, this.parts));
  }

  /** The operator's command finds outputs by the end of their name. */
  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description }).overrideLogicalId(`${prefixOf(this)}${name}`);
  }
}

const prefixOf = ({ node: { id } }: Construct) => (id === 'Default' ? '' : id.replace(/[^A-Za-z0-9]/g, ''));

/** What the deployment's resources are called by: two in one account and region differ in it. */
const nameOf = (scope: Construct): string => {
  const { stackName } = Stack.of(scope);
  if (Token.isUnresolved(stackName)) {
    throw new SettingError('The endpoint cannot be part of a nested stack, which has no name of its own.');
  }
  return [stackName, prefixOf(scope)].filter(Boolean).join('-');
};
