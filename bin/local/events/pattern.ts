// Matches events against the filters of an event source mapping and the patterns of rules.

import { isRecord } from '../is-record.ts';
import type { EventPattern, PatternRule } from '../stack/event-pattern.ts';

/** Whether every rule of one of `patterns` holds; without patterns everything passes. */
export const passes = (patterns: readonly EventPattern[], record: unknown): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matches(pattern, record));

const matches = (pattern: EventPattern, value: unknown): boolean =>
  Object.entries(pattern).every(([name, expected]) => {
    const member = isRecord(value) ? value[name] : undefined;
    return isPattern(expected) ? matches(expected, member) : expected.some((each) => holds(each, member));
  });

const isPattern = (expected: readonly PatternRule[] | EventPattern): expected is EventPattern =>
  isRecord(expected);

const holds = (expected: PatternRule, value: unknown): boolean => {
  if (typeof expected === 'string') return value === expected;
  if ('exists' in expected) return (value !== undefined) === expected.exists;
  return value !== undefined && !expected['anything-but'].includes(String(value));
};
