// The dead-letter queue for events that a rule or schedule could not deliver to its target.

import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { PartProps } from '../settings/config.ts';
import { queueEncryption } from './queue-encryption.ts';

/** One queue for all rules of the deployment. The attributes of a message name the rule, the target and the error. */
export class RuleDeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { config }: PartProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      ...queueEncryption(config),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is itself a dead-letter queue.',
    });
  }
}
