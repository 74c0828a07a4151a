import { describe, expect, test } from '@jest/globals';
import { asInstant, asNumber, foldCase } from '../../../lambdas/scim/filter/comparison.ts';

describe('text of inexact case', () => {
  test.each([
    ['ada@acme.example', 'ada@acme.example'],
    ['ADA@Acme.example', 'ada@acme.example'],
    ['Søren ØRSTED', 'søren ørsted'],
    ['Ａｄａ', 'ada'],
    ['ﬁx', 'fix'],
    ['e\u0301', 'é'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
    ['Οδυσσεύς', 'οδυσσεύσ'],
    ['@[`{', '@[`{'],
    ['', ''],
  ])('%s folds to %s', (text, folded) => {
    expect(foldCase(text)).toBe(folded);
  });
});

describe('instants', () => {
  test.each([
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00.25Z', Date.UTC(2026, 0, 31, 12, 0, 0, 250)],
    ['2026-01-31T12:00:00.123456789-05:00', Date.UTC(2026, 0, 31, 17, 0, 0, 123)],
    ['2026-01-31', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['Sat, 31 Jan 2026 12:00:00 GMT', undefined],
    [1769860800000, undefined],
  ])('%s is %s', (text, expected) => {
    expect(asInstant(text)).toBe(expected);
  });
});

describe('numbers', () => {
  test.each([
    [7, 7],
    ['7', 7],
    ['-0.5E+1', -5],
    ['07', undefined],
    ['7.', undefined],
    ['0x7', undefined],
    ['', undefined],
    [' 7', undefined],
    [true, undefined],
  ])('%j is %s', (value, expected) => {
    expect(asNumber(value)).toBe(expected);
  });
});
