// What happens after a write: a function reads the table's stream and publishes events to the bus. Changes that it cannot
// process are set aside in a bucket, and an alarm reports them.

import { createHash } from 'node:crypto';
import { CfnArchive, type CfnEventBus, EventBus } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../lambdas/events/event.ts';
import { unfollowed } from '../../lambdas/table/keys.ts';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import { HandlerFunction } from '../foundation/handler-function.ts';
import { metricNamespace } from '../foundation/metric-namespace.ts';
import type { Config, PartProps } from '../settings/config.ts';
import { FailedChanges } from './failed-changes.ts';

/** What the pipeline is made from. */
interface ChangePipelineProps extends PartProps {
  /** The table whose stream the function reads. */
  readonly directory: DirectoryTable;
}

/** The bus, its archive, the function that reads the stream, and the bucket of changes that it set aside. */
export class ChangePipeline extends Construct {
  readonly eventBus: EventBus;
  /** Reads the table's stream and publishes events. */
  readonly processor: IFunction;
  readonly failedChanges: FailedChanges;
  /** Events that the bus accepted but could not encrypt or decrypt: the key was disabled or its policy changed. */
  readonly busDeadLetters: Queue;
  /** Undefined when the settings keep no events. */
  readonly archive: CfnArchive | undefined;

  constructor(scope: Construct, id: string, { config, directory }: ChangePipelineProps) {
    super(scope, id);
    this.busDeadLetters = this.makeBusDeadLetters();
    this.eventBus = this.makeBus(config);
    this.archive = config.eventArchiveDays > 0 && !config.emulator ? this.makeArchive(config) : undefined;
    this.failedChanges = new FailedChanges(this, 'Failed', { config });
    const made = new HandlerFunction(this, 'Changes', {
      config,
      description:
        'Publishes events for changes, counts resources, deletes memberships of deleted resources.',
      entry: 'lambdas/handlers/changes.ts',
      environment: {
        TABLE_NAME: directory.table.tableName,
        EVENT_BUS_NAME: this.eventBus.eventBusName,
        FAILED_CHANGES_BUCKET: this.failedChanges.bucket.bucketName,
        METRIC_NAMESPACE: metricNamespace(config),
      },
      permissions: [
        ...directory.allow(
          ...['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
        ),
        this.allowPublishing(),
        ...directory.allowStream(),
        ...this.failedChanges.allow('PutObject'),
      ],
      // One slice of a clean-up takes a second or two; the rest is slack for a slow bus or table.
      timeout: Duration.minutes(1),
    });
    this.failedChanges.acknowledgeObjects(made);
    this.processor = made.function;
    this.readStream(directory);
  }

  /** Allows a function to publish events to the bus. */
  allowPublishing(): PolicyStatement {
    return new PolicyStatement({ actions: ['events:PutEvents'], resources: [this.eventBus.eventBusArn] });
  }

  private readStream(directory: DirectoryTable): void {
    const mapping = new EventSourceMapping(this, 'Stream', {
      target: this.processor,
      eventSourceArn: directory.table.tableStreamArn,
      // The counters must include what was written before the function existed.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // Cleaning up one tenant's large group does not block the others; changes of one item stay in order.
      parallelizationFactor: 4,
      reportBatchItemFailures: true,
      // If the function reports a failed record, the batch is split there. If it crashes, the batch is halved until the
      // record that crashes it is alone and blocks only the records behind it.
      bisectBatchOnError: true,
      // The function itself sets aside what a retry cannot fix; during an AWS outage everything waits. Whatever is still not
      // processed after 20 hours Lambda sets aside, four hours before the stream would drop it.
      retryAttempts: -1,
      maxRecordAge: Duration.seconds(72_000),
      onFailure: this.failedChanges,
      filters: [{ pattern: JSON.stringify(actedUpon) }],
    });
    // The role must be complete before Lambda uses it to read the stream.
    mapping.node.addDependency(this.processor.role ?? this.processor);
  }

  private makeBus({ name, encryptionKey, eventSubscriberAccounts }: Config): EventBus {
    const bus = new EventBus(this, 'Bus', {
      eventBusName: name,
      description: 'Changes in the SCIM directory.',
      deadLetterQueue: this.busDeadLetters,
    });
    this.busDeadLetters.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.busDeadLetters.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': bus.eventBusArn } },
      }),
    );
    // CDK's kmsKey property would make the key's policy refer to the bus and the bus to the key: a cycle.
    (bus.node.defaultChild as CfnEventBus).kmsKeyIdentifier = encryptionKey?.keyArn;
    if (eventSubscriberAccounts.length > 0) bus.addToResourcePolicy(allowRules(bus, eventSubscriberAccounts));
    return bus;
  }

  /** Not encrypted with the deployment's key: events arrive here because that key could not be used. */
  private makeBusDeadLetters(): Queue {
    const queue = new Queue(this, 'BusDeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is itself a dead-letter queue.',
    });
    return queue;
  }

  private makeArchive({ name, encryptionKey, eventArchiveDays }: Config): CfnArchive {
    return new CfnArchive(this, 'Archive', {
      archiveName: archiveName(name),
      sourceArn: this.eventBus.eventBusArn,
      description: 'Every event, to replay to a rule that missed it.',
      eventPattern: { source: [EVENT_SOURCE] },
      retentionDays: eventArchiveDays,
      kmsKeyIdentifier: encryptionKey?.keyArn,
    });
  }
}

/** The name of an archive is limited to 48 characters, that of a stack to 128. */
const archiveName = (name: string): string =>
  name.length <= 48
    ? name
    : `${name.slice(0, 39)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;

/** Allows other accounts to create rules on the bus; only the account that created a rule may change it (EventBridge, resource policies). */
const allowRules = (bus: EventBus, accounts: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    sid: 'RulesOfOtherAccounts',
    principals: accounts.map((account) => new AccountPrincipal(account)),
    actions: RULE_ACTIONS.map((action) => `events:${action}`),
    resources: [
      Stack.of(bus).formatArn({ service: 'events', resource: 'rule', resourceName: `${bus.eventBusName}/*` }),
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an IAM policy variable.
    conditions: { StringEqualsIfExists: { 'events:creatorAccount': '${aws:PrincipalAccount}' } },
  });

const RULE_ACTIONS = [
  ...['PutRule', 'DeleteRule', 'DescribeRule', 'EnableRule', 'DisableRule'],
  ...['PutTargets', 'RemoveTargets', 'ListTargetsByRule'],
  ...['TagResource', 'UntagResource', 'ListTagsForResource'],
];

/** Items that need no processing carry a marker attribute. */
const notSilent = Object.fromEntries(
  Object.keys(unfollowed).map((attribute) => [attribute, { BOOL: [{ exists: false }] }]),
);
const actedUpon = { dynamodb: { NewImage: notSilent, OldImage: notSilent } };
