// The bucket of changes that could not be processed; `redrive` reads it. Two write to it: the changes function, one record
// per object, and Lambda itself, with the role of that function, when a record becomes too old.

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { DlqDestinationConfig, IEventSourceDlq } from 'aws-cdk-lib/aws-lambda';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { PartProps } from '../settings/config.ts';

/** How long the operator has to fix the cause. */
const KEPT = Duration.days(14);

/** S3 permissions on objects, each named like the API call. Listing is a permission on the bucket and not among them. */
type ObjectAction = 'GetObject' | 'PutObject' | 'DeleteObject';

/** The bucket. Its objects contain personal data and expire after two weeks. */
export class FailedChanges extends Construct implements IEventSourceDlq {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { config: { encryptionKey, deletionProtection } }: PartProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: encryptionKey ? BucketEncryption.KMS : BucketEncryption.S3_MANAGED,
      ...(encryptionKey && { encryptionKey, bucketKeyEnabled: true }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: false,
      lifecycleRules: [{ expiration: KEPT, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      // CloudFormation deletes only an empty bucket, and emptying it would need a custom resource.
      removalPolicy: deletionProtection ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'One function writes its objects and an operator reads them; CloudTrail data events record both where enabled.',
    });
  }

  /** The on-failure destination of the event source mapping. The function's role needs the permissions from `allow`. */
  bind(): DlqDestinationConfig {
    return { destination: this.bucket.bucketArn };
  }

  /** Allows a function to list the bucket and to perform `actions` on its objects. */
  allow(...actions: ObjectAction[]): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
      new PolicyStatement({
        actions: actions.map((action) => `s3:${action}`),
        resources: [this.bucket.arnForObjects('*')],
      }),
      ...this.allowKey(actions),
    ];
  }

  /** Acknowledges the wildcard finding of cdk-nag for a function with the permissions from `allow`. */
  acknowledgeObjects(made: Construct): void {
    const id = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    Validations.of(made).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${id}.Arn>/*]`,
      reason: 'The objects of this one bucket, whose names are not known in advance.',
    });
  }

  private allowKey(actions: readonly ObjectAction[]): PolicyStatement[] {
    const key = this.bucket.encryptionKey;
    if (!key) return [];
    const { region, urlSuffix } = Stack.of(this);
    return [
      new PolicyStatement({
        actions: [
          ...(actions.includes('GetObject') ? ['kms:Decrypt'] : []),
          ...(actions.includes('PutObject') ? ['kms:GenerateDataKey'] : []),
        ],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.${urlSuffix}` } },
      }),
    ];
  }
}
