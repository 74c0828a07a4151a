// Looks every hour for tenants that used to send requests and have stopped; no request could reveal those.

import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import { HandlerFunction } from '../foundation/handler-function.ts';
import { metricNamespace } from '../foundation/metric-namespace.ts';
import type { ChangePipeline } from '../pipeline/change-pipeline.ts';
import type { PartProps } from '../settings/config.ts';

/** What the watch is made from. */
interface TenantWatchProps extends PartProps {
  readonly directory: DirectoryTable;
  /** The bus for the event of a tenant that went silent. */
  readonly changes: ChangePipeline;
  readonly ruleDeadLetters: Queue;
}

/** The hourly watch over all tenants. */
export class TenantWatch extends Construct {
  /** Finds tenants that fell silent. */
  readonly silence: IFunction;
  /** Its schedule. */
  readonly hourly: Rule;

  constructor(
    scope: Construct,
    id: string,
    { config, directory, changes, ruleDeadLetters: deadLetterQueue }: TenantWatchProps,
  ) {
    super(scope, id);
    this.silence = new HandlerFunction(this, 'Silence', {
      config,
      description: 'Finds tenants that have stopped sending requests.',
      entry: 'lambdas/handlers/tenant-watch.ts',
      environment: {
        TABLE_NAME: directory.table.tableName,
        EVENT_BUS_NAME: changes.eventBus.eventBusName,
        METRIC_NAMESPACE: metricNamespace(config),
      },
      permissions: [...directory.allow('BatchGetItem', 'Query', 'UpdateItem'), changes.allowPublishing()],
      // A few milliseconds per tenant; more for one that is newly silent.
      timeout: Duration.minutes(5),
    }).function;
    this.hourly = new Rule(this, 'Hourly', {
      description: 'Finds tenants that have stopped sending requests.',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(this.silence, { retryAttempts: 2, deadLetterQueue })],
    });
  }
}
