// Webhooks: every event on the bus goes through a queue to a function that posts it to its tenant's endpoint. A second
// function retries failed deliveries every minute.

import { type EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../lambdas/events/event.ts';
import type { DeploymentSecret } from '../foundation/deployment-secret.ts';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import { HandlerFunction, type HandlerFunctionProps } from '../foundation/handler-function.ts';
import { metricNamespace } from '../foundation/metric-namespace.ts';
import { allowQueueKey, queueEncryption } from '../foundation/queue-encryption.ts';
import type { PartProps } from '../settings/config.ts';

/** What the delivery of webhooks is made from. */
interface WebhooksProps extends PartProps {
  readonly directory: DirectoryTable;
  readonly eventBus: EventBus;
  readonly ruleDeadLetters: Queue;
  /** The signing keys are derived from it. */
  readonly deploymentSecret: DeploymentSecret;
}

/** Half as long as lambdas/webhooks/retries.ts waits for events that are still on their way to a backlog. */
const TIMEOUT = Duration.minutes(1);

/** Concurrent deliveries, so that an event storm of one tenant leaves concurrency for SCIM requests. */
const MAX_CONCURRENCY = 10;

/** Attempts of the delivery function before a message becomes a dead letter. */
const MAX_RECEIVE_COUNT = 10;

/** The queue behind the bus, its dead-letter queue, and the functions that deliver and retry. */
export class Webhooks extends Construct {
  /** Takes events from the queue and posts them. */
  readonly delivery: IFunction;
  /** Invoked by `eachMinute`. */
  readonly retries: IFunction;
  readonly queue: Queue;
  /** Messages that the delivery function failed to process in ten attempts. */
  readonly deadLetters: Queue;
  /** Forwards every event to the queue. */
  readonly events: Rule;
  /** The schedule of the retries. */
  readonly eachMinute: Rule;
  private readonly props: WebhooksProps;

  constructor(scope: Construct, id: string, props: WebhooksProps) {
    super(scope, id);
    this.props = props;
    this.deadLetters = this.makeQueue('DeadLetters');
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is itself a dead-letter queue.',
    });
    this.queue = this.makeQueue('Queue', this.deadLetters);
    this.events = this.makeRule();
    this.delivery = this.makeDelivery();
    this.retries = this.makeRetries();
    this.eachMinute = new Rule(this, 'EachMinute', {
      description: 'Retries failed deliveries to webhooks.',
      schedule: Schedule.rate(Duration.minutes(1)),
      // A missed run is made up by the next one.
      targets: [
        new LambdaFunction(this.retries, { retryAttempts: 0, deadLetterQueue: props.ruleDeadLetters }),
      ],
    });
  }

  /** CDK's SqsQueue target would allow every rule of the account to write to an encrypted queue. */
  private makeRule(): Rule {
    const { eventBus, ruleDeadLetters } = this.props;
    const rule = new Rule(this, 'Events', {
      description: 'Forwards every event to the queue of webhook deliveries.',
      eventBus,
      eventPattern: { source: [EVENT_SOURCE] },
    });
    // A fair queue: however many events one tenant has, those of the others do not wait behind them.
    const sqsParameters = { messageGroupId: '$.detail.tenant' };
    const deadLetterConfig = { arn: ruleDeadLetters.queueArn };
    rule.addTarget({
      bind: () => ({
        arn: this.queue.queueArn,
        targetResource: this.queue,
        sqsParameters,
        deadLetterConfig,
      }),
    });
    for (const queue of [this.queue, ruleDeadLetters]) allowSending(rule, queue);
    return rule;
  }

  private makeDelivery(): IFunction {
    const { config, directory } = this.props;
    const delivery = this.makeFunction('Delivery', {
      description: 'Delivers events to the webhooks of tenants.',
      entry: 'lambdas/handlers/webhook-delivery.ts',
      permissions: [
        ...directory.allow('GetItem', 'UpdateItem', 'BatchWriteItem'),
        new PolicyStatement({
          actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
          resources: [this.queue.queueArn],
        }),
        ...allowQueueKey(config),
      ],
    });
    const mapping = new EventSourceMapping(this, 'Messages', {
      target: delivery,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      maxConcurrency: MAX_CONCURRENCY,
      reportBatchItemFailures: true,
    });
    // The role must be complete before Lambda uses it to read the queue.
    mapping.node.addDependency(delivery.role ?? delivery);
    return delivery;
  }

  private makeRetries(): IFunction {
    const { directory } = this.props;
    return this.makeFunction('Retries', {
      description:
        'Retries failed deliveries to webhooks, and disables webhooks that accept nothing for a day.',
      entry: 'lambdas/handlers/webhook-retries.ts',
      environment: { METRIC_NAMESPACE: metricNamespace(this.props.config) },
      permissions: directory.allow(
        'GetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'BatchWriteItem',
      ),
    });
  }

  private makeFunction(
    id: string,
    {
      environment,
      permissions,
      ...props
    }: Omit<HandlerFunctionProps, 'config' | 'timeout' | 'environment'> & {
      readonly environment?: Readonly<Record<string, string>>;
    },
  ): IFunction {
    const { config, directory, deploymentSecret } = this.props;
    return new HandlerFunction(this, id, {
      ...props,
      config,
      environment: {
        TABLE_NAME: directory.table.tableName,
        ...deploymentSecret.environment,
        ...environment,
      },
      permissions: [...permissions, deploymentSecret.allowReading()],
      timeout: TIMEOUT,
    }).function;
  }

  private makeQueue(id: string, deadLetters?: Queue): Queue {
    return new Queue(this, id, {
      ...queueEncryption(this.props.config),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      ...(deadLetters && { deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT } }),
    });
  }
}

/** Allows the rule, and no other, to send messages to the queue. */
const allowSending = (rule: Rule, queue: Queue): void => {
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
    }),
  );
};
