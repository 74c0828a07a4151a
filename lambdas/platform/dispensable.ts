// Writes that no answer needs: each has a quarter of a second, and its loss is a measure and a line of the log.

import * as v from 'valibot';
import { readEnvironment } from './environment.ts';
import { logError } from './log.ts';
import { putMetric } from './metrics.ts';
import { patienceMs } from './patience.ts';
import { within } from './within.ts';

const { METRIC_NAMESPACE: namespace } = readEnvironment({
  METRIC_NAMESPACE: v.optional(v.pipe(v.string(), v.minLength(1)), 'Scim'),
});

/** How long an answer waits for such a write. */
const PATIENCE_MS = patienceMs(250);

/** What may be lost, and how the log says so. */
const LOSSES = {
  Lease: 'The lease of a list of members was not released.',
  LogEntry: 'The provisioning log was not written.',
  PageMark: 'The place of the next page was not noted.',
  TokenUse: 'The use of a token was not noted.',
  WorkPlace: 'A costly request was not counted.',
} as const;

/**
 * What `act` brings. Rejects after 250 ms, whatever is under way: the SDK does not look at an abort signal while it waits
 * between two attempts.
 */
export const inTime = <Result>(
  act: (options: { readonly abortSignal: AbortSignal }) => Promise<Result>,
): Promise<Result> => within(PATIENCE_MS, act({ abortSignal: AbortSignal.timeout(PATIENCE_MS) }));

/** Tells the operator that something was not written, and why. */
export const noteLoss = (
  what: keyof typeof LOSSES,
  error: unknown,
  fields: Readonly<Record<string, string>>,
): void => {
  logError(LOSSES[what], error, fields);
  putMetric(namespace, 'WriteLost', 1, { What: what });
};
