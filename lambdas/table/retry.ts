// Retries that DynamoDB asks for and the SDK does not make.

import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

const ATTEMPTS = 8;

/** Other transactions hold an item, even after all retries. `$retryable` is set, as on the SDK's own exceptions. */
export class TableBusyError extends Error {
  override readonly name = 'TableBusyError';
  readonly $retryable = {};
}

/** Retries `write` while another transaction holds one of its items (about 1.5 s at most), then throws TableBusyError. */
export const retryConflicts = async <Result>(write: () => Promise<Result>): Promise<Result> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!isTransactionConflict(error)) throw error;
      if (attempt === ATTEMPTS)
        throw new TableBusyError('Other transactions hold the item.', { cause: error });
      await backOff(attempt);
    }
  }
};

/** Exponential backoff with full jitter, at most 400 ms. */
export const backOff = (attempt: number) => sleep(Math.random() * Math.min(400, 10 * 2 ** attempt));

/** Backs off before items that DynamoDB left unprocessed are sent again; throws TableBusyError at the eighth attempt. */
export const backOffUnprocessed = async (attempt: number): Promise<void> => {
  if (attempt === ATTEMPTS) throw new TableBusyError('DynamoDB leaves items unprocessed.');
  await backOff(attempt);
};

const isTransactionConflict = (error: unknown) =>
  error instanceof TransactionCanceledException
    ? cancellationCodes(error).some((code) => code === 'TransactionConflict' || code === 'ThrottlingError') &&
      !cancellationCodes(error).includes('ConditionalCheckFailed')
    : error instanceof Error && error.name === 'TransactionConflictException';

/** The cancellation reason of each item of a transaction, in order (`None` where there is none). */
export const cancellationCodes = (error: TransactionCanceledException): readonly string[] =>
  (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
