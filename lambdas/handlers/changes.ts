// The Lambda function behind the table's stream.

import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as v from 'valibot';
import { isCanary } from '../changes/canary-table.ts';
import { noteFailing } from '../changes/failing-table.ts';
import { followChanges } from '../changes/follow.ts';
import { readTableChange, type TableChange } from '../changes/table-change.ts';
import { isErrorOfAws } from '../platform/aws-errors.ts';
import { readEnvironment } from '../platform/environment.ts';
import { logError } from '../platform/log.ts';
import { putMetric } from '../platform/metrics.ts';
import { type Reason, setAside, tenantOfRecord } from '../set-aside/set-aside.ts';
import { tenantOf } from '../tenants/tenant.ts';
import { findTenant } from '../tenants/tenants-table.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.pipe(v.string(), v.minLength(1)),
});

/** How long our own code may fail at a record before it is set aside: a deployment that fixes it may come until then. */
const PATIENCE_MS = 10 * 60 * 1000;

/** `redrive` hands over what was set aside: whatever fails again stays where it is, and is not set aside anew. */
export type ChangesEvent = DynamoDBStreamEvent & { readonly redrive?: true };

/**
 * Answers with the first record that is not done; the stream delivers it again, with all that follow it, for as long as it
 * takes. Only a record that no repetition helps is set aside, alone: one that cannot be read, and one at which our own code
 * fails for ten minutes. While AWS is slow or away, everything waits. A redrive is answered with every record that is not
 * done.
 */
export const handler = async ({ Records, redrive }: ChangesEvent): Promise<DynamoDBBatchResponse> => {
  if (Records.some(isCanary)) putMetric(namespace, 'StreamHeartbeat', 1);
  const { changes, unreadable } = read(Records);
  const failures = await followChanges([...changes.keys()]);
  const undone = new Set<DynamoDBRecord>();
  for (const record of unreadable) {
    if (redrive || !(await trySetAside(record, 'unreadable'))) undone.add(record);
  }
  for (const [change, record] of changes) {
    const errors = failures.get(change);
    if (errors && (redrive || !(await isGivenUp(change, record, errors)))) undone.add(record);
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
      logError('A record of the stream is not understood.', error, { eventId: record.eventID });
      unreadable.push(record);
    }
  }
  return { changes, unreadable };
};

/** Whether the record is set aside: our own code has failed at it for ten minutes, and AWS has no part in it. */
const isGivenUp = async (
  change: TableChange,
  record: DynamoDBRecord,
  errors: readonly unknown[],
): Promise<boolean> => {
  if (errors.some(isErrorOfAws)) return false;
  const now = Date.now();
  try {
    if (now - (await noteFailing(change, now)) < PATIENCE_MS) return false;
  } catch (error) {
    logError('It cannot be noted that a change fails.', error, { eventId: record.eventID });
    return false;
  }
  return trySetAside(record, 'failing');
};

/**
 * Whether the record's tenant is gone. Nothing of it is kept: nobody would empty the bucket of it any more, and the product
 * is told nothing of it.
 */
const isNobodys = async (record: DynamoDBRecord): Promise<boolean> => {
  const tenant = tenantOfRecord(record);
  return tenant !== undefined && (await findTenant(tenantOf(tenant)))?.incarnation !== tenant;
};

/** Sets the record aside, unless its tenant is gone; false when the bucket cannot be written, and the record must come again. */
const trySetAside = async (record: DynamoDBRecord, reason: Reason): Promise<boolean> => {
  try {
    if (await isNobodys(record)) return true;
    await setAside(record, reason, Date.now());
  } catch (error) {
    logError('A record of the stream cannot be set aside.', error, { eventId: record.eventID });
    return false;
  }
  putMetric(namespace, 'ChangesSetAside', 1);
  return true;
};
