// Calls that the answer does not need: each may take a quarter of a second, and a lost write is a metric and a log line.

import * as v from 'valibot';
import { readEnvironment } from './environment.ts';
import { logError } from './log.ts';
import { putMetric } from './metrics.ts';
import { storeTimeoutMs } from './store-timeout.ts';
import { withTimeout } from './with-timeout.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.optional(v.pipe(v.string(), v.minLength(1)), 'Scim'),
});

/** How long an answer waits for such a call. */
const TIMEOUT_MS = storeTimeoutMs(250);

/** Each kind of write, with the log line of its loss. */
const LOST = {
  Lease: 'The lease of a member list was not released.',
  LogEntry: 'The provisioning log was not written.',
  PageMark: 'The mark of the next page was not written.',
  Slot: 'A costly request was not counted.',
  TokenUse: 'The use of a token could not be recorded.',
} as const;

/**
 * The result of `call`. Rejects after 250 ms, whatever is in flight: the SDK does not check an abort signal while it waits
 * between two attempts.
 */
export const bestEffort = <Result>(
  call: (options: { readonly abortSignal: AbortSignal }) => Promise<Result>,
): Promise<Result> => withTimeout(TIMEOUT_MS, call({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) }));

/** Logs that something was not written and why, and counts it in the metric `WriteLost`. */
export const reportLostWrite = (
  what: keyof typeof LOST,
  error: unknown,
  fields: Readonly<Record<string, string>>,
): void => {
  logError(LOST[what], error, fields);
  putMetric(namespace, 'WriteLost', 1);
};
