// The one key that encrypts everything a deployment stores: table, logs, queues, bus, archive, failed changes. Its policy
// names the AWS services that use it as themselves; functions are allowed by their roles.

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Config, PartProps } from '../settings/config.ts';

const USE = ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];

/** A customer managed key, 1 USD a month. Like the table it outlives the stack, unless the first deployment fails. */
export class DeploymentKey extends Construct {
  /** A symmetric key, rotated every year. */
  readonly key: Key;

  constructor(scope: Construct, id: string, { config }: PartProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: `Encrypts the data of the SCIM endpoint ${config.name}.`,
      enableKeyRotation: true,
      removalPolicy: config.deletionProtection
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
    this.allowLogs();
    this.allowBus(config);
    this.allow('cloudwatch.amazonaws.com', USE, this.ofThisAccount);
  }

  /** CloudWatch Logs, for the log groups of this account. */
  private allowLogs(): void {
    const { region, urlSuffix } = Stack.of(this);
    const groups = Stack.of(this).formatArn({ service: 'logs', resource: '*' });
    const actions = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'];
    this.allow(`logs.${region}.${urlSuffix}`, actions, {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups },
    });
  }

  /** EventBridge, for events on the bus and in its archive, and for messages that its rules send to queues. */
  private allowBus({ name }: Config): void {
    const busArn = Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: name });
    const onTheBus = { StringEquals: { 'kms:EncryptionContext:aws:events:event-bus:arn': busArn } };
    this.allow('events.amazonaws.com', USE, this.ofThisAccount);
    this.allow('events.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncrypt*'], onTheBus);
    this.allow('events.amazonaws.com', ['kms:DescribeKey']);
  }

  private get ofThisAccount() {
    return { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
  }

  private allow(service: string, actions: string[], conditions?: Record<string, unknown>): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions,
        resources: ['*'],
        ...(conditions && { conditions }),
      }),
    );
  }
}
