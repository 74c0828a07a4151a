// The Lambda function behind the table's stream.

import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { followChanges } from '../changes/follow.ts';
import { readTableChange, type TableChange } from '../changes/table-change.ts';
import { logError } from '../platform/log.ts';

/**
 * Answers with the first record that is not done; the stream delivers it again, with all that follow it. A record that
 * cannot be read comes again until the event source mapping gives it up to the dead letters, alone: everything before it
 * is done by then.
 */
export const handler = async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  const { changes, unreadable } = readUntilUnreadable(Records);
  const undone = await followChanges([...changes.keys()]);
  const first = [...changes].find(([change]) => undone.has(change))?.[1] ?? unreadable;
  const itemIdentifier = first?.dynamodb?.SequenceNumber;
  return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
};

const readUntilUnreadable = (records: readonly DynamoDBRecord[]) => {
  const changes = new Map<TableChange, DynamoDBRecord>();
  for (const record of records) {
    try {
      const change = readTableChange(record);
      if (change) changes.set(change, record);
    } catch (error) {
      logError('A record of the stream is not understood.', error, { eventId: record.eventID });
      return { changes, unreadable: record };
    }
  }
  return { changes, unreadable: undefined };
};
