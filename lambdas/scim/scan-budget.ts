// How much looking through values one PATCH may cost: a thousand operations over a long list would hold up the function.

import { tooMany } from './errors.ts';
import type { Filter } from './filter.ts';
import { isObject, type Json } from './json.ts';

/** In comparisons; a hundred thousand take well under a tenth of a second. */
const MAX_COMPARISONS = 250_000;

/** Long texts cost in proportion. */
const CHARACTERS_PER_COMPARISON = 200;

export interface ScanBudget {
  /** Pays for `conditions` conditions on each of `values`. Throws tooMany when the request has had its share. */
  readonly spend: (values: readonly Json[], conditions: number) => void;
}

export const scanBudget = (): ScanBudget => {
  let left = MAX_COMPARISONS;
  return {
    spend: (values, conditions) => {
      left -= conditions * values.length;
      for (const value of values) left -= (conditions * textLength(value)) / CHARACTERS_PER_COMPARISON;
      if (left < 0) {
        throw tooMany('The PATCH compares too many values: send its operations in several smaller requests.');
      }
    },
  };
};

const textLength = (value: Json): number => {
  if (typeof value === 'string') return value.length;
  if (!isObject(value)) return 0;
  let length = 0;
  for (const part of Object.values(value)) if (typeof part === 'string') length += part.length;
  return length;
};

/** The conditions in a filter, which is what one look at one value costs. */
export const countConditions = (filter: Filter): number => {
  if (filter.kind === 'and' || filter.kind === 'or') {
    return countConditions(filter.left) + countConditions(filter.right);
  }
  return filter.kind === 'not' || filter.kind === 'valuePath' ? countConditions(filter.filter) : 1;
};
