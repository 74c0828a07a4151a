// The order of a sorted list (RFC 7644 §3.4.2.3).

import { type Comparable, foldCase, normalizer } from '../filter/comparison.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { type AttributePath, targetOf } from '../schemas/attribute-path.ts';
import { undeclaredValue } from '../schemas/undeclared.ts';

/** The value of `sortOrder`. */
export type SortOrder = 'ascending' | 'descending';

/**
 * A comparator of resources by `path`. A multi-valued attribute compares by its primary value, else its first; text as the
 * attribute's caseExact says. Resources without a value come last when ascending and first when descending.
 */
export const compareBy = (
  path: AttributePath,
  order: SortOrder,
): ((left: JsonObject, right: JsonObject) => number) => {
  const normalize = path.undeclared === undefined ? normalizer(targetOf(path)) : undeclaredOrder;
  const keys = new WeakMap<JsonObject, { key: Comparable | undefined }>();
  const keyOf = (resource: JsonObject) => {
    const known = keys.get(resource) ?? { key: normalize(sortValue(resource, path)) };
    keys.set(resource, known);
    return known.key;
  };
  const sign = order === 'ascending' ? 1 : -1;
  return (left, right) => sign * compareKeys(keyOf(left), keyOf(right));
};

/** Numbers and booleans as numbers, all else as text. */
const undeclaredOrder = (value: Json | undefined): Comparable | undefined => {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' ? value : typeof value === 'string' ? foldCase(value) : undefined;
};

const compareKeys = (left: Comparable | undefined, right: Comparable | undefined): number => {
  if (left === right) return 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1;
  return left < right ? -1 : 1;
};

const sortValue = (resource: JsonObject, path: AttributePath) => {
  const { extension, attribute, subAttribute } = path;
  if (path.undeclared !== undefined) return preferred(undeclaredValue(resource, path));
  const container = extension === undefined ? resource : valueIn(resource, extension);
  const value = preferred(valueIn(container, attribute.name));
  return subAttribute && isObject(value) ? preferred(valueIn(value, subAttribute.name)) : value;
};

const preferred = (value: Json | undefined): Json | undefined =>
  Array.isArray(value)
    ? (value.find((element) => isObject(element) && valueIn(element, 'primary') === true) ?? value[0])
    : value;

const valueIn = (container: Json | undefined, name: string): Json | undefined =>
  isObject(container) ? ownValue(container, name) : undefined;
