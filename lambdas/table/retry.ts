// What DynamoDB asks to be repeated and the SDK does not repeat by itself.

import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

const ATTEMPTS = 8;

/** Others hold what a write needs, however often it is tried. `$retryable` says what the SDK's own exceptions do. */
export class TableBusyError extends Error {
  override readonly name = 'TableBusyError';
  readonly $retryable = {};
}

/** Repeats `write` while another transaction holds one of its items (about 1.5 s at most), then throws TableBusyError. */
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

/** Waits longer from attempt to attempt, at random, so that two writers do not meet again. */
export const backOff = (attempt: number) => sleep(Math.random() * Math.min(400, 10 * 2 ** attempt));

/** The same before what DynamoDB has left unprocessed is sent again; throws TableBusyError the eighth time in a row. */
export const backOffUnprocessed = async (attempt: number): Promise<void> => {
  if (attempt === ATTEMPTS) throw new TableBusyError('DynamoDB leaves items unprocessed.');
  await backOff(attempt);
};

const isTransactionConflict = (error: unknown) =>
  error instanceof TransactionCanceledException
    ? cancellationCodes(error).some((code) => code === 'TransactionConflict' || code === 'ThrottlingError') &&
      !cancellationCodes(error).includes('ConditionalCheckFailed')
    : error instanceof Error && error.name === 'TransactionConflictException';

/** Why each item of a transaction failed, in the order of the items (`None` where it did not). */
export const cancellationCodes = (error: TransactionCanceledException): readonly string[] =>
  (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
