// Patterns of events, as the template has them for the rules of a bus and the filters of an event source mapping.

import * as v from 'valibot';
import { isRecord } from '../is-record.ts';

const rule = v.union([
  v.strictObject({ exists: v.boolean() }),
  v.strictObject({ 'anything-but': v.array(v.string()) }),
  v.string(),
]);

/** A literal, `exists` or `anything-but`. */
export type PatternRule = v.InferOutput<typeof rule>;

/** By member of the event; the rules of a member are alternatives (EventBridge User Guide, "Event patterns"). */
export interface EventPattern {
  readonly [name: string]: readonly PatternRule[] | EventPattern;
}

/** Fails for a pattern with any other kind of rule, which would otherwise match nothing. */
export const eventPattern: v.GenericSchema<EventPattern> = v.pipe(
  v.custom<EventPattern>(isRecord, 'A pattern is an object.'),
  v.record(v.string(), v.union([v.array(rule), v.lazy(() => eventPattern)])),
);
