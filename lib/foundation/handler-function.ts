// How a handler from lambdas/handlers is deployed: with a role of its own that has only the given permissions, and a log
// group of its own.

import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { codeOf } from '../bundles/code.ts';
import type { PartProps } from '../settings/config.ts';

/** The metadata key under which the template names a function's source, for the local run, which needs no bundle. */
export const ENTRY_METADATA = 'scim:entry';

/** What a function is made from. */
export interface HandlerFunctionProps extends PartProps {
  readonly description: string;
  /** Path of the handler's source from the root of the repository; it exports `handler`. */
  readonly entry: string;
  /** All variables of the function, besides those that Lambda sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Besides writing its own log. */
  readonly permissions: readonly PolicyStatement[];
  /** Default: 28 s, one second less than the gateway waits for a response. */
  readonly timeout?: Duration;
  /** In MB; CPU is proportional. Default: 512, about a third of a vCPU. */
  readonly memorySize?: number;
  /** Default: none reserved. */
  readonly reservedConcurrency?: number;
}

/** A function on Node 24 and ARM, logging JSON. */
export class HandlerFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      encryptionKey: props.config.encryptionKey,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const statement of props.permissions) role.addToPolicy(statement);

    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: codeOf(this, props.entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout ?? Duration.seconds(28),
      reservedConcurrentExecutions: props.reservedConcurrency,
      environment: props.environment,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Lambda's own START and REPORT lines would outnumber ours.
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: props.config.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    });
    (this.function.node.defaultChild as CfnFunction).addMetadata(ENTRY_METADATA, props.entry);
    if (props.config.tracing) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'The two write actions of X-Ray have no resource-level permissions.',
      });
    }
  }
}
