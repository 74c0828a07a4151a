// What happens after a write: the table's stream, the function that follows it, and the bus on which the product hears of
// it. What the function cannot do even after many attempts waits in a queue that an alarm watches.

import { Archive, EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../lambdas/events/event.ts';
import { silent } from '../lambdas/table/keys.ts';
import type { Config } from './config.ts';
import type { DirectoryTable } from './directory-table.ts';
import { HandlerFunction } from './handler-function.ts';

/** The bus, its archive, the function behind the stream, and the queue of what it gave up. */
export class ChangePipeline extends Construct {
  readonly eventBus: EventBus;
  readonly follower: IFunction;
  readonly deadLetters: Queue;
  readonly archive: Archive | undefined;

  constructor(scope: Construct, id: string, config: Config, directory: DirectoryTable) {
    super(scope, id);
    this.eventBus = new EventBus(this, 'Bus', { description: 'What happens in the SCIM directory.' });
    this.archive =
      config.eventArchiveDays > 0 && !config.emulator ? this.keep(config.eventArchiveDays) : undefined;
    this.deadLetters = this.makeDeadLetters();
    this.follower = new HandlerFunction(this, 'Changes', {
      config,
      description: 'Tells the product of changes, counts resources, cleans up memberships.',
      entry: 'lambdas/handlers/changes.ts',
      environment: {
        TABLE_NAME: directory.table.tableName,
        EVENT_BUS_NAME: this.eventBus.eventBusName,
      },
      permissions: [
        ...directory.allow(
          ...['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
        ),
        this.allowPublishing(),
        ...directory.allowStream(),
      ],
      // A slice of a clean-up takes a second or two; the rest is patience with a slow bus or table.
      timeout: Duration.minutes(1),
    }).function;
    this.follow(directory);
  }

  /** Lets a function put events on the bus. */
  allowPublishing(): PolicyStatement {
    return new PolicyStatement({ actions: ['events:PutEvents'], resources: [this.eventBus.eventBusArn] });
  }

  private follow(directory: DirectoryTable): void {
    const mapping = new EventSourceMapping(this, 'Stream', {
      target: this.follower,
      eventSourceArn: directory.table.tableStreamArn,
      // Nothing that was written before the function was there may be missing from the counters.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // One tenant's clean-up of a large group does not hold up the others; each item keeps its order.
      parallelizationFactor: 4,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // Some ten minutes, so that an outage of the bus does not fill the queue: after that a record that will never be
      // understood has held up the others long enough.
      retryAttempts: 30,
      onFailure: new SqsDlq(this.deadLetters),
      filters: [{ pattern: JSON.stringify(actedUpon) }],
    });
    // The role must be complete before Lambda tries it on the stream.
    mapping.node.addDependency(this.follower.role ?? this.follower);
  }

  private keep(days: number): Archive {
    return new Archive(this, 'Archive', {
      sourceEventBus: this.eventBus,
      description: 'Every event, to be replayed to a rule that missed it.',
      eventPattern: { source: [EVENT_SOURCE] },
      retention: Duration.days(days),
    });
  }

  private makeDeadLetters(): Queue {
    const queue = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is where dead letters go.',
    });
    return queue;
  }
}

/** Items say themselves that nobody acts on them. */
const notSilent = Object.fromEntries(
  Object.keys(silent).map((attribute) => [attribute, { BOOL: [{ exists: false }] }]),
);
const actedUpon = { dynamodb: { NewImage: notSilent, OldImage: notSilent } };
