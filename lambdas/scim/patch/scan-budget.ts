// How much looking through values one PATCH may cost: a thousand operations over a long list would hold up the function.

import { tooMany } from '../errors/errors.ts';
import type { Filter } from '../filter/filter.ts';
import { isObject, type Json } from '../json.ts';

/** In comparisons, of which a thousand take about a tenth of a millisecond. */
const MAX_COMPARISONS = 400_000;

/** What long texts cost, and what copying a list costs. */
const CHARACTERS_PER_COMPARISON = 50;
const COPIED_VALUES_PER_COMPARISON = 16;

export interface ScanBudget {
  /** Pays for asking `filter` about each of `values`. Throws tooMany when the request has had its share. */
  readonly scan: (values: readonly Json[], filter: Filter | undefined) => void;
  /** Pays for making a list out of `values` and a few more. */
  readonly copy: (values: readonly Json[]) => void;
}

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

/** What one look at one value costs. */
const countConditions = (filter: Filter): number => {
  if (filter.kind === 'and' || filter.kind === 'or') {
    return countConditions(filter.left) + countConditions(filter.right);
  }
  return filter.kind === 'not' || filter.kind === 'valuePath' ? countConditions(filter.filter) : 1;
};
