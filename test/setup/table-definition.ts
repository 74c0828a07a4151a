// The table that tests run against, from the definitions in lambdas/table/keys.ts.

import type { TableDefinition } from '../../bin/local/stack/stack.ts';
import { indexes, tableKey } from '../../lambdas/table/keys.ts';

type Keys = { readonly partitionKey: string; readonly sortKey: string };

const keySchema = ({ partitionKey, sortKey }: Keys): TableDefinition['KeySchema'] => [
  { AttributeName: partitionKey, KeyType: 'HASH' },
  { AttributeName: sortKey, KeyType: 'RANGE' },
];

const everyKey = [tableKey, ...Object.values(indexes)];
const attributeNames = new Set(everyKey.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]));

export const tableDefinition: TableDefinition = {
  AttributeDefinitions: [...attributeNames].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: keySchema(tableKey),
  GlobalSecondaryIndexes: Object.values(indexes).map((index) => ({
    IndexName: index.indexName,
    KeySchema: keySchema(index),
    Projection: { ProjectionType: 'KEYS_ONLY' },
  })),
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  timeToLiveAttribute: tableKey.timeToLive,
};
