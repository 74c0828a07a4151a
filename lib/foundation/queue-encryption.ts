// Queues hold events that contain user names, so they are encrypted like everything else in the deployment.

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Config } from '../settings/config.ts';

/** Encryption with the deployment's key, which SQS requests once an hour per queue, or with a key that SQS manages. */
export const queueEncryption = ({ encryptionKey }: Config): QueueProps =>
  encryptionKey
    ? {
        encryption: QueueEncryption.KMS,
        encryptionMasterKey: encryptionKey,
        dataKeyReuse: Duration.hours(1),
      }
    : { encryption: QueueEncryption.SQS_MANAGED };

/** Allows a function to use the key to read or write such a queue. */
export const allowQueueKey = ({ encryptionKey }: Config): PolicyStatement[] =>
  encryptionKey
    ? [
        new PolicyStatement({
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [encryptionKey.keyArn],
        }),
      ]
    : [];
