// The values of a multi-valued attribute (RFC 7643 §2.4): none twice, at most one primary.

import { type Comparable, normalizer } from './filter/comparison.ts';
import { equalValues, isObject, type Json, type JsonObject } from './json.ts';
import type { Attribute } from './schemas/schema.ts';

/** Where each value stands, by what identifies it. */
type Places = Map<string, number>;

/**
 * The places in the lists that appendValues made. A thousand operations, each adding one value, would otherwise look at
 * every value a thousand times. The list that is appended to hands its places on to the longer one.
 */
const placesOf = new WeakMap<readonly Json[], Places>();

/**
 * `present` with `added` behind it. A value that is there already, with the same type, takes on the new parts instead
 * of standing there twice; when one of `added` is primary, no other stays so. `present` itself when nothing changes.
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

export const isPrimary = (value: Json | undefined): boolean => isObject(value) && value.primary === true;

/** A value set primary takes that from every other (RFC 7644 §3.5.2); `values` itself when no other has it. */
export const demoteOthers = (values: readonly Json[], place: number): readonly Json[] => {
  const loses = (value: Json, index: number) => index !== place && isPrimary(value);
  if (!values.some(loses)) return values;
  return values.map((value, index) =>
    isObject(value) && loses(value, index) ? { ...value, primary: false } : value,
  );
};

/** What makes two values the same: `value` and `type` (RFC 7643 §2.4), or all parts but `primary` where there is no `value`. */
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
