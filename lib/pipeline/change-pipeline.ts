// What happens after a write: the table's stream, the function that follows it, and the bus on which the product hears of
// it. What the function cannot do waits in a bucket, and an alarm tells of it.

import { createHash } from 'node:crypto';
import { CfnArchive, type CfnEventBus, EventBus } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../lambdas/events/event.ts';
import { silent } from '../../lambdas/table/keys.ts';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import { HandlerFunction } from '../foundation/handler-function.ts';
import { metricNamespace } from '../foundation/metric-namespace.ts';
import type { Config, PartProps } from '../settings/config.ts';
import { FailedChanges } from './failed-changes.ts';

/** What the pipeline is made from. */
export interface ChangePipelineProps extends PartProps {
  /** The table whose stream is followed. */
  readonly directory: DirectoryTable;
}

/** The bus, its archive, the function behind the stream, and the bucket of what it set aside. */
export class ChangePipeline extends Construct {
  readonly eventBus: EventBus;
  readonly follower: IFunction;
  readonly failedChanges: FailedChanges;
  /** Events that the bus took and could not encrypt or decrypt, because the key was disabled or its policy changed. */
  readonly busDeadLetters: Queue;
  readonly archive: CfnArchive | undefined;

  constructor(scope: Construct, id: string, { config, directory }: ChangePipelineProps) {
    super(scope, id);
    this.busDeadLetters = this.makeBusDeadLetters();
    this.eventBus = this.makeBus(config);
    this.archive = config.eventArchiveDays > 0 && !config.emulator ? this.keep(config) : undefined;
    this.failedChanges = new FailedChanges(this, 'Failed', { config });
    const made = new HandlerFunction(this, 'Changes', {
      config,
      description: 'Tells the product of changes, counts resources, cleans up memberships.',
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
      // A slice of a clean-up takes a second or two; the rest is patience with a slow bus or table.
      timeout: Duration.minutes(1),
    });
    this.failedChanges.acknowledgeObjects(made);
    this.follower = made.function;
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
      // Where the function names a record, the batch is cut there; where it ends without an answer, it is halved, until a
      // record that kills it is alone and holds up only what comes behind it.
      bisectBatchOnError: true,
      // The function itself sets aside what no repetition helps, and while AWS is away everything waits. Only what is
      // still not done after 20 hours Lambda sets aside, while there are four left in which the stream would forget it.
      retryAttempts: -1,
      maxRecordAge: Duration.seconds(72_000),
      onFailure: this.failedChanges,
      filters: [{ pattern: JSON.stringify(actedUpon) }],
    });
    // The role must be complete before Lambda tries it on the stream.
    mapping.node.addDependency(this.follower.role ?? this.follower);
  }

  private makeBus({ name, encryptionKey, eventSubscriberAccounts }: Config): EventBus {
    const bus = new EventBus(this, 'Bus', {
      eventBusName: name,
      description: 'What happens in the SCIM directory.',
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
    // CDK's own way would write the bus into the policy of the key, and the key into the bus.
    (bus.node.defaultChild as CfnEventBus).kmsKeyIdentifier = encryptionKey?.keyArn;
    if (eventSubscriberAccounts.length > 0) bus.addToResourcePolicy(letListen(bus, eventSubscriberAccounts));
    return bus;
  }

  /** Not under the deployment's key: what comes here is what that could not be used for, and is encrypted with it already. */
  private makeBusDeadLetters(): Queue {
    const queue = new Queue(this, 'BusDeadLetters', {
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

  private keep({ name, encryptionKey, eventArchiveDays }: Config): CfnArchive {
    return new CfnArchive(this, 'Archive', {
      archiveName: archiveName(name),
      sourceArn: this.eventBus.eventBusArn,
      description: 'Every event, to be replayed to a rule that missed it.',
      eventPattern: { source: [EVENT_SOURCE] },
      retentionDays: eventArchiveDays,
      kmsKeyIdentifier: encryptionKey?.keyArn,
    });
  }
}

/** An archive's name has up to 48 characters, a stack's up to 128. */
const archiveName = (name: string): string =>
  name.length <= 48
    ? name
    : `${name.slice(0, 39)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;

/** Lets other accounts make rules on the bus, which only the account that made one may change (EventBridge, resource policies). */
const letListen = (bus: EventBus, accounts: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    sid: 'RulesOfOtherAccounts',
    principals: accounts.map((account) => new AccountPrincipal(account)),
    actions: RULE_ACTIONS.map((action) => `events:${action}`),
    resources: [
      Stack.of(bus).formatArn({ service: 'events', resource: 'rule', resourceName: `${bus.eventBusName}/*` }),
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy, which IAM fills in.
    conditions: { StringEqualsIfExists: { 'events:creatorAccount': '${aws:PrincipalAccount}' } },
  });

const RULE_ACTIONS = [
  ...['PutRule', 'DeleteRule', 'DescribeRule', 'EnableRule', 'DisableRule'],
  ...['PutTargets', 'RemoveTargets', 'ListTargetsByRule'],
  ...['TagResource', 'UntagResource', 'ListTagsForResource'],
];

/** Items say themselves that nobody acts on them. */
const notSilent = Object.fromEntries(
  Object.keys(silent).map((attribute) => [attribute, { BOOL: [{ exists: false }] }]),
);
const actedUpon = { dynamodb: { NewImage: notSilent, OldImage: notSilent } };
