// The filters of an event source mapping and the patterns of rules, as far as the stack uses them: what no pattern matches
// is passed over.

import * as v from 'valibot';
import { isRecord } from '../is-record.ts';

const rule = v.union([
  v.strictObject({ exists: v.boolean() }),
  v.strictObject({ 'anything-but': v.array(v.string()) }),
  v.string(),
]);

type Rule = v.InferOutput<typeof rule>;

export interface EventPattern {
  readonly [name: string]: readonly Rule[] | EventPattern;
}

/** What a pattern may consist of here: one with another rule must not be taken for one that nothing matches. */
export const eventPattern: v.GenericSchema<EventPattern> = v.pipe(
  v.custom<EventPattern>(isRecord, 'A pattern is an object.'),
  v.record(v.string(), v.union([v.array(rule), v.lazy(() => eventPattern)])),
);

/** Whether every rule of one of `patterns` holds; without patterns everything passes. */
export const passes = (patterns: readonly EventPattern[], record: unknown): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matches(pattern, record));

const matches = (pattern: EventPattern, value: unknown): boolean =>
  Object.entries(pattern).every(([name, expected]) => {
    const member = isRecord(value) ? value[name] : undefined;
    return isPattern(expected) ? matches(expected, member) : expected.some((each) => holds(each, member));
  });

const isPattern = (expected: readonly Rule[] | EventPattern): expected is EventPattern => isRecord(expected);

const holds = (expected: Rule, value: unknown): boolean => {
  if (typeof expected === 'string') return value === expected;
  if ('exists' in expected) return (value !== undefined) === expected.exists;
  return value !== undefined && !expected['anything-but'].includes(String(value));
};
