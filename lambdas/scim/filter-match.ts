// Whether a resource satisfies a filter (RFC 7644 §3.4.2.2). A filter is turned into functions once and asked about many
// resources, because a walk through a directory asks the same question of every item.

import { type AttributePath, targetOf } from './attribute-path.ts';
import { type Comparable, normalizer, textNormalizer } from './comparison.ts';
import type { CompareOperator, Filter, Literal } from './filter.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Attribute } from './schema.ts';
import { containsText } from './text-search.ts';

type Test = (value: Json | undefined) => boolean;

/** Whether `resource`, rendered with its `id` and `meta`, satisfies `filter`. */
export const matches = (filter: Filter, resource: JsonObject): boolean => testOf(filter)(resource);

/** Whether one element of a multi-valued attribute satisfies a filter from `parseValueFilter`. */
export const matchesValue = (filter: Filter, value: Json): boolean => testOf(filter)(value);

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

const some = (value: Json | undefined, test: Test): boolean =>
  Array.isArray(value) && value.length > 0
    ? value.some(test)
    : test(Array.isArray(value) ? undefined : value);

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

/**
 * The test of one value. An absent value satisfies only `ne`: the RFC leaves it open, and so `title ne "Engineer"` finds
 * everybody who is no engineer, exactly those whom `title eq "Engineer"` leaves out.
 */
const comparison = (attribute: Attribute, operator: CompareOperator, literal: Literal): Test => {
  const isText = operator === 'co' || operator === 'sw' || operator === 'ew';
  const normalize = isText ? textNormalizer(attribute) : normalizer(attribute);
  const wanted = normalize(literal);
  if (wanted === undefined) return () => operator === 'ne';
  const compare = comparators[operator];
  return (value) => {
    const found = normalize(value);
    return found === undefined ? operator === 'ne' : compare(found, wanted);
  };
};

type Compare = (found: Comparable, wanted: Comparable) => boolean;

const comparators: Record<CompareOperator, Compare> = {
  eq: (found, wanted) => found === wanted,
  ne: (found, wanted) => found !== wanted,
  co: (found, wanted) => containsText(String(found), String(wanted)),
  sw: (found, wanted) => String(found).startsWith(String(wanted)),
  ew: (found, wanted) => String(found).endsWith(String(wanted)),
  gt: (found, wanted) => found > wanted,
  ge: (found, wanted) => found >= wanted,
  lt: (found, wanted) => found < wanted,
  le: (found, wanted) => found <= wanted,
};
