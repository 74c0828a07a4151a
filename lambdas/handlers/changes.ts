// The Lambda function behind the table's stream; `redrive` invokes it too.

import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as v from 'valibot';
import { isCanary } from '../changes/canary-table.ts';
import { followChanges } from '../changes/follow.ts';
import { hasFailedTooLong } from '../changes/give-up.ts';
import type { Reason } from '../changes/set-aside/set-aside.ts';
import { trySetAside } from '../changes/set-aside/try-set-aside.ts';
import { readTableChange, type TableChange } from '../changes/table-change.ts';
import { readEnvironment } from '../platform/environment.ts';
import { logError } from '../platform/log.ts';
import { putMetric } from '../platform/metrics.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

/** `redrive`: the records come from the bucket of set-aside records. Those that fail again stay there. */
export type ChangesEvent = DynamoDBStreamEvent & { readonly redrive?: true };

/**
 * Answers with the first record that failed; the stream retries from there until it succeeds. Only records that retries
 * cannot help are set aside, one by one: those that cannot be parsed, and those on which our own code has been failing for
 * ten minutes. While AWS is throttling or down, everything waits. A redrive is answered with every record that failed.
 */
export const handler = async ({ Records, redrive }: ChangesEvent): Promise<DynamoDBBatchResponse> => {
  if (Records.some(isCanary)) putMetric(namespace, 'StreamHeartbeat', 1);
  const { changes, unreadable } = read(Records);
  const failures = await followChanges([...changes.keys()]);
  const undone = new Set<DynamoDBRecord>();
  for (const record of unreadable) {
    if (redrive || !(await setAsideAlone(record, 'unreadable'))) undone.add(record);
  }
  for (const [change, record] of changes) {
    const errors = failures.get(change);
    if (!errors) continue;
    const isOver =
      !redrive && (await hasFailedTooLong(change, errors)) && (await setAsideAlone(record, 'failing'));
    if (!isOver) undone.add(record);
  }
  const failed = Records.filter((record) => undone.has(record));
  const reported = redrive ? failed : failed.slice(0, 1);
  return {
    batchItemFailures: reported.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })),
  };
};

const read = (records: readonly DynamoDBRecord[]) => {
  const changes = new Map<TableChange, DynamoDBRecord>();
  const unreadable: DynamoDBRecord[] = [];
  for (const record of records) {
    try {
      const change = readTableChange(record);
      if (change) changes.set(change, record);
    } catch (error) {
      logError('A stream record could not be parsed.', error, { eventId: record.eventID });
      unreadable.push(record);
    }
  }
  return { changes, unreadable };
};

/** False when the bucket could not be written and the record must be delivered again. */
const setAsideAlone = async (record: DynamoDBRecord, reason: Reason): Promise<boolean> => {
  const outcome = await trySetAside(record, reason);
  if (outcome === 'kept') putMetric(namespace, 'ChangesSetAside', 1);
  return outcome !== 'failed';
};
