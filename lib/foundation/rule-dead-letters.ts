// Where EventBridge puts what a rule or a schedule could not hand to its target, once it has given up.

import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { PartProps } from '../settings/config.ts';
import { queueEncryption } from './queue-encryption.ts';

/** The one queue for all rules of the deployment; each message says in its attributes which rule, which target and why. */
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
      reason: 'This queue is where dead letters go.',
    });
  }
}
