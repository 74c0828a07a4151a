// The single table: users, groups, memberships and tenants of all customers. Its keys are those of the code that uses it.

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

// What AWS asks of a caller of a table with such a key, its wildcards written out. DynamoDB itself has a grant on the key.
const KEY_READ = ['Decrypt', 'DescribeKey'];
const KEY_WRITE = [
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
];

/**
 * The table with its indexes and its stream. It is a global table with one replica, the stack's own region: only such a one
 * can get a second region later without being replaced. CDK's own class for it does not synthesize for any region.
 */
export class DirectoryTable extends Construct implements ITaggable {
  readonly table: ITable;
  /** A replica's, which is where a global table has them; CDK's class for the resource takes none of an app's tags. */
  readonly tags = new TagManager(TagType.STANDARD, CfnGlobalTable.CFN_RESOURCE_TYPE_NAME);
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
        // Any other projection would pay for each write twice (design: an index answers with keys, the table with truth).
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
          // A list, once the app is complete.
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
}

/** Every attribute that a key or an index is made of, once. */
const attributeNames = [
  ...new Set(
    [tableKey, ...Object.values(indexes)].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
  ),
];

/** An index that may write less than its table would hold the table up. */
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
