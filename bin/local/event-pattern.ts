// The filters of an event source mapping, as far as the stack uses them: a record that no pattern matches is passed over.

import * as v from 'valibot';
import { isRecord } from './is-record.ts';

type Pattern = Readonly<Record<string, unknown>>;

const rule = v.union([
  v.strictObject({ exists: v.boolean() }),
  v.strictObject({ 'anything-but': v.array(v.string()) }),
  v.string(),
]);

/** Whether every rule of one of `patterns` holds; without patterns everything passes. Throws for an unknown rule. */
export const passes = (patterns: readonly Pattern[], record: unknown): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matches(pattern, record));

const matches = (pattern: Pattern, value: unknown): boolean =>
  Object.entries(pattern).every(([name, expected]) => {
    const member = isRecord(value) ? value[name] : undefined;
    return isRecord(expected)
      ? matches(expected, member)
      : v.parse(v.array(rule), expected).some((each) => holds(each, member));
  });

const holds = (expected: v.InferOutput<typeof rule>, value: unknown): boolean => {
  if (typeof expected === 'string') return value === expected;
  if ('exists' in expected) return (value !== undefined) === expected.exists;
  return value !== undefined && !expected['anything-but'].includes(String(value));
};
