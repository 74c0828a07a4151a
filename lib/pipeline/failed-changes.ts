// The bucket of the changes that could not be followed, from which `redrive` takes them up. Two write to it: the changes
// function, one record an object, and Lambda itself in that function's name, when a record becomes too old.

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

/** S3's permissions that are called like our calls, but for listing, which is one of the bucket. */
type ObjectAction = 'GetObject' | 'PutObject' | 'DeleteObject';

/** The bucket; what is in it holds personal data and goes by itself after two weeks. */
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
      // CloudFormation deletes a bucket only when it is empty, and emptying it would take a function of CDK's own.
      removalPolicy: deletionProtection ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Its objects are written by one function and read by an operator; CloudTrail tells of both if so set.',
    });
  }

  /** Where Lambda puts what it gives up; the function's role has the permissions that `allow` gives. */
  bind(): DlqDestinationConfig {
    return { destination: this.bucket.bucketArn };
  }

  /** Lets a function list the bucket and do `actions` with its objects. */
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

  /** For a function that `allow` is given to: tenants come and go, and so do the names of objects. */
  acknowledgeObjects(made: Construct): void {
    const id = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    Validations.of(made).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${id}.Arn>/*]`,
      reason: 'The objects of the one bucket, whose names nobody knows beforehand.',
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
