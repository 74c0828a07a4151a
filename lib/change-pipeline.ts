// What happens after a write: the table's stream, the function that follows it, and the bus on which the product hears of
// it. What the function cannot do even after many attempts waits in a queue that an alarm watches.

import { createHash } from 'node:crypto';
import { CfnArchive, type CfnEventBus, EventBus } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../lambdas/events/event.ts';
import { silent } from '../lambdas/table/keys.ts';
import type { Config } from './config.ts';
import type { DirectoryTable } from './directory-table.ts';
import { HandlerFunction } from './handler-function.ts';
import { metricNamespace } from './measures.ts';
import { queueEncryption } from './queue-encryption.ts';

/** The bus, its archive, the function behind the stream, and the queue of what it gave up. */
export class ChangePipeline extends Construct {
  readonly eventBus: EventBus;
  readonly follower: IFunction;
  readonly deadLetters: Queue;
  readonly archive: CfnArchive | undefined;

  constructor(scope: Construct, id: string, config: Config, directory: DirectoryTable) {
    super(scope, id);
    this.eventBus = this.makeBus(config);
    this.archive = config.eventArchiveDays > 0 && !config.emulator ? this.keep(config) : undefined;
    this.deadLetters = this.makeDeadLetters(config);
    this.follower = new HandlerFunction(this, 'Changes', {
      config,
      description: 'Tells the product of changes, counts resources, cleans up memberships.',
      entry: 'lambdas/handlers/changes.ts',
      environment: {
        TABLE_NAME: directory.table.tableName,
        EVENT_BUS_NAME: this.eventBus.eventBusName,
        METRIC_NAMESPACE: metricNamespace(config),
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

  private makeBus({ name, encryptionKey, eventSubscriberAccounts }: Config): EventBus {
    const bus = new EventBus(this, 'Bus', {
      eventBusName: name,
      description: 'What happens in the SCIM directory.',
    });
    // CDK's own way would write the bus into the policy of the key, and the key into the bus.
    (bus.node.defaultChild as CfnEventBus).kmsKeyIdentifier = encryptionKey?.keyArn;
    if (eventSubscriberAccounts.length > 0) bus.addToResourcePolicy(letListen(bus, eventSubscriberAccounts));
    return bus;
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

  private makeDeadLetters(config: Config): Queue {
    const queue = new Queue(this, 'DeadLetters', {
      ...queueEncryption(config),
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
