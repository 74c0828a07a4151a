// Whether a resource satisfies a filter (RFC 7644 §3.4.2.2). A filter is turned into functions once and asked about many
// resources, because a walk through a directory asks the same question of every item.

import { tooMany } from '../errors/errors.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type AttributePath, targetOf } from '../schemas/attribute-path.ts';
import type { Attribute } from '../schemas/schema.ts';
import { type Comparable, type Normalize, normalizer, textNormalizer } from './comparison.ts';
import type { Filter } from './filter.ts';
import type { CompareOperator, Literal } from './operators.ts';
import { containsText } from './text-search.ts';

type Test = (value: Json | undefined) => boolean;

/**
 * Whether `resource`, rendered with its `id` and `meta`, satisfies `filter`. Throws tooMany when a long filter meets so
 * many or so long values that answering would hold the function up.
 */
export const matches = (filter: Filter, resource: JsonObject): boolean => evaluate(filter, resource);

/** Whether one element of a multi-valued attribute satisfies a filter from `parseValueFilter`. */
export const matchesValue = (filter: Filter, value: Json): boolean => evaluate(filter, value);

/** In characters compared, about 10 ns each when they must be folded; a person has a few hundred. */
const MAX_WORK = 20_000_000;
/** Reaching a value costs as much as comparing this many characters. */
const WORK_PER_VALUE = 20;

/** What is left of the work for the resource at hand; evaluation is synchronous, so one counter serves all. */
let remainingWork = 0;

const evaluate = (filter: Filter, value: Json): boolean => {
  remainingWork = MAX_WORK;
  return testOf(filter)(value);
};

const spend = (work: number): void => {
  remainingWork -= work;
  if (remainingWork < 0) {
    throw tooMany(
      'filterTooDear',
    )`The filter has too many conditions on too many or too long values: send fewer conditions.`;
  }
};

/** One is enough: a walk asks about a whole page before anybody else's filter has a turn. */
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
        : anyValue(filter.path, comparison(targetOf(filter.path), filter.operator, filter.value));
    case 'valuePath': {
      const test = compile(filter.filter);
      return anyValue(filter.path, (element) => element !== undefined && test(element));
    }
  }
};

/** null is how SCIM writes "no value" (RFC 7643 §2.5), so `eq null` is the opposite of `pr`. */
const compareWithNull = (path: AttributePath, operator: CompareOperator): Test => {
  const present = anyValue(path, isPresent);
  return operator === 'ne' ? present : (value) => !present(value);
};

/** A multi-valued attribute satisfies a filter when any of its values does; an absent one is tested as undefined. */
const anyValue = ({ extension, attribute, subAttribute }: AttributePath, test: Test): Test => {
  const { name } = attribute;
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

/** A member of an object, never of its prototype. A simple value is its own `value`. */
const read = (value: Json | undefined, name: string): Json | undefined => {
  if (isObject(value)) return Object.hasOwn(value, name) ? value[name] : undefined;
  return name === 'value' ? value : undefined;
};

/** RFC 7644: a non-empty value, or for complex attributes a non-empty node. */
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
 * The test of one value. An absent value satisfies only `ne`: the RFC leaves it open, and so `title ne "Engineer"` finds
 * everybody who is no engineer, exactly those whom `title eq "Engineer"` leaves out.
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
