// Erases data of deleted tenants once more, after the last write that was still in flight can have arrived.

import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import { HandlerFunction } from '../foundation/handler-function.ts';
import { metricNamespace } from '../foundation/metric-namespace.ts';
import type { FailedChanges } from '../pipeline/failed-changes.ts';
import type { PartProps } from '../settings/config.ts';
import { acknowledgeSecretNames, allowSecrets } from './tenant-secrets.ts';

/** What the erasure is made from. */
interface TenantErasureProps extends PartProps {
  readonly directory: DirectoryTable;
  readonly failedChanges: FailedChanges;
  readonly ruleDeadLetters: Queue;
}

/** The function that erases late data of deleted tenants, and its schedule. */
export class TenantErasure extends Construct {
  /** Erases what was written after a tenant's deletion. */
  readonly sweep: IFunction;
  /** Its schedule. */
  readonly eachMinute: Rule;

  constructor(
    scope: Construct,
    id: string,
    { config, directory, failedChanges, ruleDeadLetters: deadLetterQueue }: TenantErasureProps,
  ) {
    super(scope, id);
    const made = new HandlerFunction(this, 'Sweep', {
      config,
      description: 'Erases late data of deleted tenants.',
      entry: 'lambdas/handlers/grave-sweep.ts',
      environment: {
        TABLE_NAME: directory.table.tableName,
        SECRET_PREFIX: config.secretPrefix,
        FAILED_CHANGES_BUCKET: failedChanges.bucket.bucketName,
        METRIC_NAMESPACE: metricNamespace(config),
      },
      permissions: [
        ...directory.allow('Query', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
        ...failedChanges.allow('GetObject', 'PutObject', 'DeleteObject'),
        allowSecrets(this, config, 'DeleteSecret'),
      ],
      timeout: Duration.minutes(1),
    });
    acknowledgeSecretNames(made, config);
    failedChanges.acknowledgeObjects(made);
    this.sweep = made.function;
    this.eachMinute = new Rule(this, 'EachMinute', {
      description: 'Erases late data of deleted tenants.',
      schedule: Schedule.rate(Duration.minutes(1)),
      // A missed run is made up by the next one.
      targets: [new LambdaFunction(this.sweep, { retryAttempts: 0, deadLetterQueue })],
    });
  }
}
