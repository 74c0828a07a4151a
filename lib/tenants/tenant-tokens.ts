// Bearer tokens: the authorizer that checks them for the gateway, and the functions that rotate and retire them.

import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { DeploymentSecret } from '../foundation/deployment-secret.ts';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import { HandlerFunction, type HandlerFunctionProps } from '../foundation/handler-function.ts';
import { metricNamespace } from '../foundation/metric-namespace.ts';
import type { ChangePipeline } from '../pipeline/change-pipeline.ts';
import type { Config, PartProps } from '../settings/config.ts';
import { acknowledgeSecretNames, allowListingSecrets, allowSecrets } from './tenant-secrets.ts';
import { namedKey } from './tenant-throttle.ts';

/** What the token functions are made from. */
interface TenantTokensProps extends PartProps {
  readonly directory: DirectoryTable;
  /** The bus for the events of tokens that were rotated, retired or refused. */
  readonly changes: ChangePipeline;
  readonly ruleDeadLetters: Queue;
  readonly deploymentSecret: DeploymentSecret;
}

/** The authorizer, which only reads tokens, the rotation, and the daily retirement of tokens whose grace period is over. */
export class TenantTokens extends Construct {
  /** A TOKEN authorizer: gets the Authorization header, returns a policy. */
  readonly authorizer: HandlerFunction['function'];
  /** The rotation function to pass to `RotateSecret` for a tenant whose token rotates on a schedule. */
  readonly rotation: IFunction;
  /** Retires previous tokens; invoked by `daily`. */
  readonly retirement: IFunction;
  /** The schedule of the retirement. */
  readonly daily: Rule;
  private readonly config: Config;
  private readonly changes: ChangePipeline;
  private readonly deploymentSecret: DeploymentSecret;

  constructor(scope: Construct, id: string, props: TenantTokensProps) {
    super(scope, id);
    const { config, directory, changes, deploymentSecret, ruleDeadLetters } = props;
    this.config = config;
    this.changes = changes;
    this.deploymentSecret = deploymentSecret;
    const throttle = namedKey(config);
    this.authorizer = this.makeFunction('Authorizer', {
      description: 'Checks bearer tokens.',
      entry: 'lambdas/handlers/authorizer.ts',
      environment: {
        ...deploymentSecret.environment,
        ...(throttle && { TENANT_THROTTLE: throttle }),
        ...this.bus,
        METRIC_NAMESPACE: metricNamespace(config),
      },
      permissions: [
        allowSecrets(this, config, 'GetSecretValue'),
        deploymentSecret.allowReading(),
        changes.allowPublishing(),
      ],
      // API Gateway waits 10 s for an authorizer.
      timeout: Duration.seconds(9),
      reservedConcurrency: config.authorizerConcurrency || undefined,
    });
    this.rotation = this.makeRotation();
    this.retirement = this.makeRetirement(directory);
    this.daily = new Rule(this, 'Daily', {
      description: 'Retires previous tokens whose grace period is over.',
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(this.retirement, { retryAttempts: 2, deadLetterQueue: ruleDeadLetters })],
    });
  }

  private makeRotation(): IFunction {
    const actions = ['GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage'];
    const rotation = this.makeFunction('Rotation', {
      description: 'Rotates the token of a tenant; the previous one stays valid.',
      entry: 'lambdas/handlers/token-rotation.ts',
      environment: { ...this.grace, ...this.bus, ...this.deploymentSecret.environment },
      permissions: [
        allowSecrets(this, this.config, ...actions),
        this.deploymentSecret.allowReading(),
        this.changes.allowPublishing(),
      ],
    });
    rotation.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
    });
    return rotation;
  }

  private makeRetirement(directory: DirectoryTable): IFunction {
    const retirement = this.makeFunction('Retirement', {
      description: 'Retires previous tokens whose grace period is over.',
      entry: 'lambdas/handlers/token-retirement.ts',
      environment: {
        ...this.grace,
        ...this.bus,
        TABLE_NAME: directory.table.tableName,
        METRIC_NAMESPACE: metricNamespace(this.config),
      },
      permissions: [
        allowListingSecrets(),
        allowSecrets(this, this.config, 'ListSecretVersionIds', 'UpdateSecretVersionStage'),
        ...directory.allow('GetItem'),
        this.changes.allowPublishing(),
      ],
      // About 100 ms for each tenant with a previous token.
      timeout: Duration.minutes(15),
    });
    Validations.of(retirement.role ?? retirement).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ListSecrets has no resource-level permissions; it returns names and stages, no values.',
    });
    return retirement;
  }

  private get grace(): Readonly<Record<string, string>> {
    return { TOKEN_GRACE_DAYS: String(this.config.tokenGraceDays) };
  }

  private get bus(): Readonly<Record<string, string>> {
    return { EVENT_BUS_NAME: this.changes.eventBus.eventBusName };
  }

  private makeFunction(id: string, props: Omit<HandlerFunctionProps, 'config'>): HandlerFunction['function'] {
    const environment = { SECRET_PREFIX: this.config.secretPrefix, ...props.environment };
    const made = new HandlerFunction(this, id, { ...props, config: this.config, environment });
    acknowledgeSecretNames(made, this.config);
    return made.function;
  }
}
