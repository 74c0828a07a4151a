// Searches the whole table, whatever the keys.

import {
  DescribeTableCommand,
  DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { localCredentials } from '../../../bin/shared/local-credentials.ts';

export interface Table {
  /** The partition keys of all items that contain the text, one per item. */
  readonly partitionsWith: (text: string) => Promise<string[]>;
  /** The partition keys of all items that contain the text. */
  readonly itemsWith: (text: string) => Promise<string[]>;
  readonly close: () => void;
}

/** Opens the table on the emulator itself, bypassing the proxy. */
export const openTable = async (endpoint: string, TableName: string): Promise<Table> => {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = localCredentials;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const key = Table?.KeySchema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';

  const find = async (isMeant: (partition: string, item: object) => boolean): Promise<string[]> => {
    const found: string[] = [];
    let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
    do {
      const page: ScanCommandOutput = await client.send(
        new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey }),
      );
      for (const item of page.Items ?? []) {
        const partition = item[key]?.S ?? '';
        if (isMeant(partition, item)) found.push(partition);
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found.sort();
  };
  return {
    partitionsWith: (text) => find((partition) => partition.includes(text)),
    itemsWith: (text) => find((_, item) => JSON.stringify(item).includes(text)),
    close: () => client.destroy(),
  };
};
