// Evaluates filters on resources (RFC 7644 §3.4.2.2). A filter is compiled into functions once, because a search applies
// the same filter to many resources.

import { tooMany } from '../errors/errors.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type AttributePath, targetOf } from '../schemas/attribute-path.ts';
import type { Attribute } from '../schemas/schema.ts';
import { undeclaredValue } from '../schemas/undeclared.ts';
import { type Comparable, type Normalize, normalizer, textNormalizer } from './comparison.ts';
import type { Filter } from './filter.ts';
import type { CompareOperator, Literal } from './operators.ts';
import { containsText } from './text-search.ts';

type Test = (value: Json | undefined) => boolean;

/**
 * Whether `resource`, with its `id` and `meta`, matches `filter`. Throws tooMany if the filter is too expensive on this
 * resource: many conditions on many or long values.
 */
export const matches = (filter: Filter, resource: JsonObject): boolean => evaluate(filter, resource);

/** Whether one element of a multi-valued attribute matches a filter from `parseValueFilter`. */
export const matchesValue = (filter: Filter, value: Json): boolean => evaluate(filter, value);

/** Per resource, in characters compared, at about 10 ns each with folding; a user has a few hundred. */
const MAX_WORK = 20_000_000;
/** The cost of visiting a value, in characters compared. */
const WORK_PER_VALUE = 20;

/** The remaining work for the current resource; evaluation is synchronous, so one counter is enough. */
let remainingWork = 0;

const evaluate = (filter: Filter, value: Json): boolean => {
  remainingWork = MAX_WORK;
  return testOf(filter)(value);
};

const spend = (work: number): void => {
  remainingWork -= work;
  if (remainingWork < 0) {
    throw tooMany('filterTooDear')`The filter is too expensive to evaluate: send fewer conditions.`;
  }
};

/** The filter compiled last. One is enough: a search evaluates a whole page before another filter runs. */
let latest: { readonly filter: Filter; readonly test: Test } | undefined;

const testOf = (filter: Filter): Test => {
  if (latest?.filter !== filter) latest = { filter, test: compile(filter) };
  return latest.test;
};

const compile = (filter: Filter): Test => {
  switch (filter.kind) {
    case 'and': {
      const left = compile(filter.left);
      const right = compile(filter.right);
      return (value) => left(value) && right(value);
    }
    case 'or': {
      const left = compile(filter.left);
      const right = compile(filter.right);
      return (value) => left(value) || right(value);
    }
    case 'not': {
      const test = compile(filter.filter);
      return (value) => !test(value);
    }
    case 'present':
      return anyValue(filter.path, isPresent);
    case 'compare':
      return filter.value === null
        ? compareWithNull(filter.path, filter.operator)
        : anyValue(
            filter.path,
            filter.path.undeclared === undefined || typeof filter.value !== 'string'
              ? comparison(targetOf(filter.path), filter.operator, filter.value)
              : ofAnyType(comparison(targetOf(filter.path), filter.operator, filter.value)),
          );
    case 'valuePath': {
      const test = compile(filter.filter);
      return anyValue(filter.path, (element) => element !== undefined && test(element));
    }
  }
};

/** null means "no value" in SCIM (RFC 7643 §2.5), so `eq null` is the opposite of `pr`. */
const compareWithNull = (path: AttributePath, operator: CompareOperator): Test => {
  const present = anyValue(path, isPresent);
  return operator === 'ne' ? present : (value) => !present(value);
};

/** A multi-valued attribute matches if any of its values does; an absent one is tested as undefined. */
const anyValue = (path: AttributePath, test: Test): Test => {
  const { extension, attribute, subAttribute } = path;
  const { name } = attribute;
  if (path.undeclared !== undefined) return (container) => some(undeclaredValue(container, path), test);
  const testValue: Test = subAttribute ? (value) => some(read(value, subAttribute.name), test) : test;
  if (extension === undefined) return (container) => some(read(container, name), testValue);
  return (container) => some(read(read(container, extension), name), testValue);
};

const some = (value: Json | undefined, test: Test): boolean => {
  if (!Array.isArray(value)) return testOne(value, test);
  return value.length === 0 ? test(undefined) : value.some((element) => testOne(element, test));
};

const testOne = (value: Json | undefined, test: Test): boolean => {
  spend(typeof value === 'string' ? value.length + WORK_PER_VALUE : WORK_PER_VALUE);
  return test(value);
};

/** An object's own value under `name`, never one of its prototype. A simple value is its own `value`. */
const read = (value: Json | undefined, name: string): Json | undefined => {
  if (isObject(value)) return Object.hasOwn(value, name) ? value[name] : undefined;
  return name === 'value' ? value : undefined;
};

/** `pr` (RFC 7644 §3.4.2.2): a non-empty value or, for a complex attribute, a non-empty node. */
const isPresent: Test = (value) =>
  isObject(value) ? Object.values(value).some(isAssigned) : isAssigned(value);

const isAssigned: Test = (value) =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

const comparison = (attribute: Attribute, operator: CompareOperator, literal: Literal): Test => {
  if (operator === 'co' || operator === 'sw' || operator === 'ew')
    return compare(textNormalizer(attribute), textComparators[operator], literal, false);
  const test = compare(normalizer(attribute), comparators[operator], literal, operator === 'ne');
  return (value) => test(value ?? attribute.whenAbsent);
};

/**
 * The test of one value. An absent value matches only `ne`. The RFC leaves this open; this way `title ne "Engineer"` finds
 * exactly the users that `title eq "Engineer"` does not.
 */
const compare = <Form extends Comparable>(
  normalize: Normalize<Form>,
  satisfies: (found: Form, wanted: Form) => boolean,
  literal: Literal,
  whenAbsent: boolean,
): Test => {
  const wanted = normalize(literal);
  if (wanted === undefined) return () => whenAbsent;
  return (value) => {
    const found = normalize(value);
    return found === undefined ? whenAbsent : satisfies(found, wanted);
  };
};

/** A text also finds a number or a boolean that nobody declared: clients send `"7"` and 7 for the same thing. */
const ofAnyType =
  (test: Test): Test =>
  (value) =>
    test(typeof value === 'number' || typeof value === 'boolean' ? String(value) : value);

type TextOperator = 'co' | 'sw' | 'ew';

const textComparators: Record<TextOperator, (found: string, wanted: string) => boolean> = {
  co: containsText,
  sw: (found, wanted) => found.startsWith(wanted),
  ew: (found, wanted) => found.endsWith(wanted),
};

const comparators: Record<
  Exclude<CompareOperator, TextOperator>,
  (found: Comparable, wanted: Comparable) => boolean
> = {
  eq: (found, wanted) => found === wanted,
  ne: (found, wanted) => found !== wanted,
  gt: (found, wanted) => found > wanted,
  ge: (found, wanted) => found >= wanted,
  lt: (found, wanted) => found < wanted,
  le: (found, wanted) => found <= wanted,
};
