// Limits the comparisons of one PATCH: a thousand operations on a long list would block the function.

import { tooMany } from '../errors/errors.ts';
import type { Filter } from '../filter/filter.ts';
import { isObject, type Json } from '../json.ts';

/** A thousand comparisons take about 0.1 ms. */
const MAX_COMPARISONS = 400_000;

/** The cost of long texts and of copying a list, in comparisons. */
const CHARACTERS_PER_COMPARISON = 50;
const COPIED_VALUES_PER_COMPARISON = 16;

/** The comparisons that one PATCH may still make. Both functions throw tooMany when it is used up. */
export interface ScanBudget {
  /** Spends the cost of applying `filter` to each of `values`. */
  readonly scan: (values: readonly Json[], filter: Filter | undefined) => void;
  /** Spends the cost of copying `values` into a new list. */
  readonly copy: (values: readonly Json[]) => void;
}

/** The budget of a new PATCH. */
export const scanBudget = (): ScanBudget => {
  let left = MAX_COMPARISONS;
  const spend = (comparisons: number) => {
    left -= comparisons;
    if (left < 0) {
      throw tooMany(
        'patchTooDear',
      )`The PATCH compares too many values: send its operations in several smaller requests.`;
    }
  };
  return {
    scan: (values, filter) => {
      const conditions = filter ? countConditions(filter) : 1;
      spend(conditions * values.length);
      for (const value of values) spend((conditions * textLength(value)) / CHARACTERS_PER_COMPARISON);
    },
    copy: (values) => spend(values.length / COPIED_VALUES_PER_COMPARISON),
  };
};

const textLength = (value: Json): number => {
  if (typeof value === 'string') return value.length;
  if (!isObject(value)) return 0;
  let length = 0;
  for (const part of Object.values(value)) if (typeof part === 'string') length += part.length;
  return length;
};

/** The comparisons that the filter makes on one value. */
const countConditions = (filter: Filter): number => {
  if (filter.kind === 'and' || filter.kind === 'or') {
    return countConditions(filter.left) + countConditions(filter.right);
  }
  return filter.kind === 'not' || filter.kind === 'valuePath' ? countConditions(filter.filter) : 1;
};
