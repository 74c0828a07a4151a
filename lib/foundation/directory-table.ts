// The single table: users, groups, memberships and tenants of all customers. Its keys come from lambdas/table/keys.ts.

import { CfnGlobalTable, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  Aws,
  type CfnTag,
  type ITaggable,
  RemovalPolicy,
  Stack,
  TagManager,
  TagType,
} from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { indexes, tableKey } from '../../lambdas/table/keys.ts';
import type { Config, PartProps } from '../settings/config.ts';

// The permissions that AWS documents for callers of a table with a customer managed key, wildcards written out. DynamoDB
// itself has a grant on the key.
const KEY_READ = ['Decrypt', 'DescribeKey'];
const KEY_WRITE = [
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
];

/**
 * The table with its indexes and its stream. It is a global table with one replica in the stack's region: only a global table
 * can get a second region later without replacement. CDK's TableV2 does not synthesize in a region-agnostic stack.
 */
export class DirectoryTable extends Construct implements ITaggable {
  readonly table: ITable;
  /** Tags of the replica, where a global table has them; CfnGlobalTable ignores the tags of an app. */
  readonly tags = new TagManager(TagType.STANDARD, CfnGlobalTable.CFN_RESOURCE_TYPE_NAME);
  /** Of its global secondary indexes. */
  readonly indexNames = Object.values(indexes).map(({ indexName }) => indexName);

  constructor(scope: Construct, id: string, { config }: PartProps) {
    super(scope, id);
    const { deletionProtection, encryptionKey } = config;
    const resource = new CfnGlobalTable(this, 'Table', {
      keySchema: [
        { attributeName: tableKey.partitionKey, keyType: 'HASH' },
        { attributeName: tableKey.sortKey, keyType: 'RANGE' },
      ],
      attributeDefinitions: attributeNames.map((attributeName) => ({ attributeName, attributeType: 'S' })),
      globalSecondaryIndexes: Object.values(indexes).map(({ indexName, partitionKey, sortKey }) => ({
        indexName,
        keySchema: [
          { attributeName: partitionKey, keyType: 'HASH' },
          { attributeName: sortKey, keyType: 'RANGE' },
        ],
        // Any other projection would double the cost of each write: indexes return keys, the table returns items.
        projection: { projectionType: 'KEYS_ONLY' },
        ...writeLimits(config),
      })),
      timeToLiveSpecification: { attributeName: tableKey.timeToLive, enabled: true },
      billingMode: 'PAY_PER_REQUEST',
      ...writeLimits(config),
      streamSpecification: { streamViewType: 'NEW_AND_OLD_IMAGES' },
      ...(encryptionKey && { sseSpecification: { sseEnabled: true, sseType: 'KMS' } }),
      replicas: [
        {
          region: Aws.REGION,
          pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
          deletionProtectionEnabled: deletionProtection,
          ...readLimits(config),
          ...(encryptionKey && { sseSpecification: { kmsMasterKeyId: encryptionKey.keyArn } }),
          // A token that resolves to a list.
          tags: this.tags.renderedTags as unknown as CfnTag[],
        },
      ],
    });
    resource.applyRemovalPolicy(deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    this.table = Table.fromTableAttributes(this, 'Reference', {
      tableName: resource.ref,
      tableStreamArn: resource.attrStreamArn,
      globalIndexes: this.indexNames,
      ...(encryptionKey && { encryptionKey }),
    });
  }

  /** Allows `actions` (without `dynamodb:`) on the table; Query on its indexes too. */
  allow(...actions: string[]): PolicyStatement[] {
    const indexArns = this.indexNames.map((name) => `${this.table.tableArn}/index/${name}`);
    const writes = actions.some((action) => /Put|Update|Delete|Write/.test(action));
    return [
      statement(actions, [this.table.tableArn]),
      ...(actions.includes('Query') ? [statement(['Query'], indexArns)] : []),
      ...this.allowKey(writes ? [...KEY_READ, ...KEY_WRITE] : KEY_READ),
    ];
  }

  /** Allows reading the stream, which Lambda does with the role of the function. */
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
}

/** Every key attribute of the table and its indexes, once. */
const attributeNames = [
  ...new Set(
    [tableKey, ...Object.values(indexes)].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
  ),
];

/** The same for the table and its indexes: an index with a lower limit would throttle writes to the table. */
const writeLimits = ({ tableMaxWriteUnits: most, tableWarmReadUnits, tableWarmWriteUnits }: Config) => ({
  ...(most > 0 && { writeOnDemandThroughputSettings: { maxWriteRequestUnits: most } }),
  ...((tableWarmReadUnits > 0 || tableWarmWriteUnits > 0) && {
    warmThroughput: {
      ...(tableWarmReadUnits > 0 && { readUnitsPerSecond: tableWarmReadUnits }),
      ...(tableWarmWriteUnits > 0 && { writeUnitsPerSecond: tableWarmWriteUnits }),
    },
  }),
});

const readLimits = ({ tableMaxReadUnits: most }: Config) => {
  if (most === 0) return {};
  const readOnDemandThroughputSettings = { maxReadRequestUnits: most };
  return {
    readOnDemandThroughputSettings,
    globalSecondaryIndexes: Object.values(indexes).map(({ indexName }) => ({
      indexName,
      readOnDemandThroughputSettings,
    })),
  };
};

const statement = (actions: string[], resources: string[]) =>
  new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources });
