// The values of a multi-valued attribute (RFC 7643 §2.4): no duplicates, at most one primary.

import { type Comparable, normalizer } from './filter/comparison.ts';
import { equalValues, isObject, type Json, type JsonObject } from './json.ts';
import type { Attribute } from './schemas/schema.ts';

/** The index of each value, by its identity. */
type Places = Map<string, number>;

/**
 * The index of each list that appendValues made. Without it, a thousand operations that each add one value would scan
 * every value a thousand times. Appending moves the index from the old list to the new one.
 */
const placesOf = new WeakMap<readonly Json[], Places>();

/**
 * `present` followed by `added`. A value that is already present with the same type is merged instead of duplicated. If
 * one of `added` is primary, all others lose `primary`. Returns `present` itself when nothing changes.
 */
export const appendValues = (
  present: readonly Json[],
  added: readonly Json[],
  attribute: Attribute,
): readonly Json[] => {
  const identify = identification(attribute);
  const places = placesOf.get(present) ?? new Map(present.map((value, index) => [identify(value), index]));
  placesOf.delete(present);
  const values = [...present];
  let changed = false;
  let primary: number | undefined;
  for (const value of added) {
    const identity = identify(value);
    const place = places.get(identity) ?? values.length;
    const before = values[place];
    const after = isObject(before) && isObject(value) ? { ...before, ...value } : (before ?? value);
    if (!equalValues(before, after)) {
      places.set(identity, place);
      values[place] = after;
      changed = true;
    }
    if (isPrimary(value)) primary = place;
  }
  const demoted = primary === undefined ? values : demoteOthers(values, primary);
  const result = changed || demoted !== values ? demoted : present;
  placesOf.set(result, places);
  return result;
};

/** Whether a value of a multi-valued attribute is its primary one. */
export const isPrimary = (value: Json | undefined): boolean => isObject(value) && value.primary === true;

/** Sets `primary` to false on all but the value at `place` (RFC 7644 §3.5.2); `values` itself if no other is primary. */
export const demoteOthers = (values: readonly Json[], place: number): readonly Json[] => {
  const loses = (value: Json, index: number) => index !== place && isPrimary(value);
  if (!values.some(loses)) return values;
  return values.map((value, index) =>
    isObject(value) && loses(value, index) ? { ...value, primary: false } : value,
  );
};

/** The identity of a value: `value` and `type` (RFC 7643 §2.4), or all sub-attributes but `primary` if it has no `value`. */
const identification = (attribute: Attribute): ((value: Json) => string) => {
  const parts = attribute.subAttributes;
  if (!parts) {
    const normalize = normalizer(attribute);
    return (value) => text(normalize(value));
  }
  const normalizers = new Map(parts.map((part) => [part.name, normalizer(part)]));
  const described = parts.filter(({ name }) => name !== 'primary');
  const partOf = (value: JsonObject, name: string) => text(normalizers.get(name)?.(value[name]));
  return (value) => {
    if (!isObject(value)) return JSON.stringify(value);
    if (normalizers.has('value') && value.value !== undefined) {
      const type = partOf(value, 'type');
      return `${type.length} ${type}${partOf(value, 'value')}`;
    }
    return JSON.stringify(
      described.map(({ name, multiValued }) => (multiValued ? value[name] : partOf(value, name))),
    );
  };
};

const text = (value: Comparable | undefined) => (value === undefined ? '' : String(value));
