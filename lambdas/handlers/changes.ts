// The Lambda function behind the table's stream.

import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as v from 'valibot';
import { isCanary } from '../changes/canary-table.ts';
import { followChanges } from '../changes/follow.ts';
import { readTableChange, type TableChange } from '../changes/table-change.ts';
import { readEnvironment } from '../platform/environment.ts';
import { logError } from '../platform/log.ts';
import { putMetric } from '../platform/metrics.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

/**
 * Answers with the first record that is not done; the stream delivers it again, with all that follow it. A record that
 * cannot be read comes again until the event source mapping gives it up to the dead letters, alone: everything before it
 * is done by then.
 */
export const handler = async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  if (Records.some(isCanary)) putMetric(namespace, 'StreamHeartbeat', 1);
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
