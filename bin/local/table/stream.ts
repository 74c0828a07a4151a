// The stream of the table, shard by shard, as an event source mapping reads it.

import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import { localCredentials } from '../../shared/local-credentials.ts';

/** A part of the stream; its records are read after those of its parent. */
export interface Shard {
  readonly shardId: string;
  readonly parentShardId: string | undefined;
}

/** A client of DynamoDB Streams, for one table. */
export interface TableStream {
  readonly listShards: () => Promise<Shard[]>;
  /** Records from the oldest, or after a sequence number, `limit` per page; ends with the shard. */
  readonly read: (shardId: string, after: string | undefined, limit: number) => AsyncGenerator<object[]>;
  readonly close: () => void;
}

/** Opens the stream of a table; throws when the table has none. */
export const openTableStream = async (endpoint: string, tableName: string): Promise<TableStream> => {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = localCredentials;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const client = new DynamoDBStreamsClient({ endpoint, region, credentials });
  const StreamArn = await findStream(new DynamoDBClient({ endpoint, region, credentials }), tableName);

  const listShards = async (): Promise<Shard[]> => {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
    return (StreamDescription?.Shards ?? []).map(({ ShardId = '', ParentShardId }) => ({
      shardId: ShardId,
      parentShardId: ParentShardId,
    }));
  };
  const findStart = async (ShardId: string, after: string | undefined) => {
    const position = after && { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: after };
    const where = position || { ShardIteratorType: 'TRIM_HORIZON' as const };
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ...where }),
    );
    return ShardIterator;
  };
  const read = async function* (shardId: string, after: string | undefined, limit: number) {
    let ShardIterator = await findStart(shardId, after);
    while (ShardIterator) {
      const page: GetRecordsCommandOutput = await client.send(
        new GetRecordsCommand({ ShardIterator, Limit: limit }),
      );
      yield (page.Records ?? []).map((record) => toLambdaRecord(record, StreamArn));
      ShardIterator = page.NextShardIterator;
    }
  };
  return { listShards, read, close: () => client.destroy() };
};

const findStream = async (client: DynamoDBClient, TableName: string): Promise<string> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  client.destroy();
  if (!Table?.LatestStreamArn) throw new Error(`Table ${TableName} has no stream.`);
  return Table.LatestStreamArn;
};

/** Lambda gets the time in seconds, and the ARN of the stream. */
const toLambdaRecord = ({ dynamodb, ...record }: StreamRecord, eventSourceARN: string) => {
  const time = dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0;
  return { ...record, dynamodb: { ...dynamodb, ApproximateCreationDateTime: time / 1000 }, eventSourceARN };
};
