// The single table: users, groups, memberships and tenants of all customers. Its keys are those of the code that uses it.

import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { indexes, tableKey } from '../lambdas/table/keys.ts';
import type { Config } from './config.ts';

// What AWS asks of a caller of a table with such a key, its wildcards written out. DynamoDB itself has a grant on the key.
const KEY_READ = ['Decrypt', 'DescribeKey'];
const KEY_WRITE = [
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
];

/** The table with its indexes, its stream and, if so set, its own encryption key. */
export class DirectoryTable extends Construct {
  readonly table: Table;
  readonly indexNames = Object.values(indexes).map(({ indexName }) => indexName);

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const removalPolicy = config.deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const encryptionKey = config.customerManagedKey ? this.makeKey(removalPolicy) : undefined;
    this.table = new Table(this, 'Table', {
      partitionKey: text(tableKey.partitionKey),
      sortKey: text(tableKey.sortKey),
      timeToLiveAttribute: tableKey.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: config.deletionProtection,
      encryption: encryptionKey ? TableEncryption.CUSTOMER_MANAGED : TableEncryption.DEFAULT,
      encryptionKey,
      removalPolicy,
    });
    for (const { indexName, partitionKey, sortKey } of Object.values(indexes)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(partitionKey),
        sortKey: text(sortKey),
        // Any other projection would pay for each write twice (design: an index answers with keys, the table with truth).
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
  }

  /** Lets a function do `actions` (without `dynamodb:`) on the table; a Query is for the indexes as well. */
  allow(...actions: string[]): PolicyStatement[] {
    const indexArns = this.indexNames.map((name) => `${this.table.tableArn}/index/${name}`);
    const writes = actions.some((action) => /Put|Update|Delete|Write/.test(action));
    return [
      statement(actions, [this.table.tableArn]),
      ...(actions.includes('Query') ? [statement(['Query'], indexArns)] : []),
      ...this.allowKey(writes ? [...KEY_READ, ...KEY_WRITE] : KEY_READ),
    ];
  }

  /** Lets a function be invoked with the records of the stream: Lambda reads them in the function's own name. */
  allowStream(): PolicyStatement[] {
    const actions = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];
    return [statement(actions, [this.table.tableStreamArn ?? '']), ...this.allowKey(KEY_READ)];
  }

  private allowKey(actions: string[]): PolicyStatement[] {
    if (!this.table.encryptionKey) return [];
    const { region, urlSuffix } = Stack.of(this);
    return [
      new PolicyStatement({
        actions: actions.map((action) => `kms:${action}`),
        resources: [this.table.encryptionKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.${urlSuffix}` } },
      }),
    ];
  }

  private makeKey(removalPolicy: RemovalPolicy): Key {
    return new Key(this, 'Key', {
      description: 'Encrypts the SCIM directory at rest.',
      enableKeyRotation: true,
      removalPolicy,
    });
  }
}

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });

const statement = (actions: string[], resources: string[]) =>
  new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources });
