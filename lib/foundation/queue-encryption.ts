// Queues hold events and records with user names in them: they are encrypted as everything else of the deployment.

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Config } from '../settings/config.ts';

/** With the deployment's key, which SQS asks for once an hour and queue, or with one of its own. */
export const queueEncryption = ({ encryptionKey }: Config): QueueProps =>
  encryptionKey
    ? {
        encryption: QueueEncryption.KMS,
        encryptionMasterKey: encryptionKey,
        dataKeyReuse: Duration.hours(1),
      }
    : { encryption: QueueEncryption.SQS_MANAGED };

/** Lets a function read from such a queue, or write to it. */
export const allowQueueKey = ({ encryptionKey }: Config): PolicyStatement[] =>
  encryptionKey
    ? [
        new PolicyStatement({
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [encryptionKey.keyArn],
        }),
      ]
    : [];
