// What the changes function gave up: the queue names the records, the stream still has them for 24 hours after the change.

import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { toLambdaRecord } from '../local/table-stream.ts';

/** Where the records of a message are, and which function was to follow them. */
const deadLetter = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    requestContext: v.object({ functionArn: v.string() }),
    DDBStreamBatchInfo: v.object({
      shardId: v.string(),
      startSequenceNumber: v.string(),
      endSequenceNumber: v.string(),
      streamArn: v.string(),
    }),
  }),
);

export type DeadLetter = v.InferOutput<typeof deadLetter> & { readonly receipt: string };

/** While we work on a message nobody else is given it. */
const HIDDEN_SECONDS = 120;

/** The messages that are in the queue now, each once. */
export async function* receiveDeadLetters(sqs: SQSClient, QueueUrl: string): AsyncGenerator<DeadLetter> {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: HIDDEN_SECONDS }),
    );
    if (Messages.length === 0) return;
    for (const { Body, ReceiptHandle = '' } of Messages) {
      yield { ...v.parse(deadLetter, Body), receipt: ReceiptHandle };
    }
  }
}

/** Removes a message that is done, or lets it be seen again at the end of a redrive. */
export const settleDeadLetter = async (
  sqs: SQSClient,
  QueueUrl: string,
  { receipt: ReceiptHandle }: DeadLetter,
  isDone: boolean,
): Promise<void> => {
  await (isDone
    ? sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    : sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })));
};

/** A stream may answer with empty pages where its shard has gaps. */
const MAX_PAGES = 100;

/** The records of the message as a function gets them; undefined when the stream does not have all of them any more. */
export const readRecords = async (
  streams: DynamoDBStreamsClient,
  { DDBStreamBatchInfo }: DeadLetter,
): Promise<object[] | undefined> => {
  const { streamArn, shardId, startSequenceNumber, endSequenceNumber } = DDBStreamBatchInfo;
  const from = { StreamArn: streamArn, ShardId: shardId, SequenceNumber: startSequenceNumber };
  const records: StreamRecord[] = [];
  try {
    let { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ ...from, ShardIteratorType: 'AT_SEQUENCE_NUMBER' }),
    );
    for (let page = 0; ShardIterator && page < MAX_PAGES; page++) {
      const { Records = [], NextShardIterator } = await streams.send(
        new GetRecordsCommand({ ShardIterator }),
      );
      records.push(...Records);
      if (Records.some(isAtOrBehind(endSequenceNumber))) break;
      ShardIterator = NextShardIterator;
    }
  } catch (error) {
    if (error instanceof Error && GONE.includes(error.name)) return undefined;
    throw error;
  }
  const last = records.findIndex(isAtOrBehind(endSequenceNumber));
  const isWhole = last >= 0 && records[0]?.dynamodb?.SequenceNumber === startSequenceNumber;
  return isWhole ? records.slice(0, last + 1).map((record) => toLambdaRecord(record, streamArn)) : undefined;
};

const GONE = ['TrimmedDataAccessException', 'ResourceNotFoundException'];

const isAtOrBehind = (sequenceNumber: string) => (record: StreamRecord) =>
  BigInt(record.dynamodb?.SequenceNumber ?? 0) >= BigInt(sequenceNumber);
