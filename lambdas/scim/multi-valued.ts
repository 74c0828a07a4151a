// The values of a multi-valued attribute (RFC 7643 §2.4): none twice, at most one primary.

import { normalizer } from './comparison.ts';
import { equalValues, isObject, type Json } from './json.ts';
import { type Attribute, findAttribute } from './schema.ts';

/**
 * `present` with `added` behind it. A value that is there already, with the same type, takes on the new parts instead
 * of standing there twice; when one of `added` is primary, no other stays so. `present` itself when nothing changes.
 */
export const appendValues = (
  present: readonly Json[],
  added: readonly Json[],
  attribute: Attribute,
): readonly Json[] => {
  const keyOf = identity(attribute);
  const places = new Map(present.map((element, index) => [keyOf(element), index]));
  const values = [...present];
  let changed = false;
  let primary: number | undefined;
  for (const element of added) {
    const key = keyOf(element);
    const place = places.get(key) ?? values.length;
    const before = values[place];
    const after = isObject(before) && isObject(element) ? { ...before, ...element } : (before ?? element);
    if (!equalValues(before, after)) {
      places.set(key, place);
      values[place] = after;
      changed = true;
    }
    if (isPrimary(element)) primary = place;
  }
  const demoted = primary === undefined ? values : demoteOthers(values, primary);
  return changed || demoted !== values ? demoted : present;
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

/** What makes two values the same: `value` and `type` (RFC 7643 §2.4), or all parts where there is no `value`. */
const identity = (attribute: Attribute): ((element: Json) => string) => {
  const parts = attribute.subAttributes;
  if (!parts) {
    const normalize = normalizer(attribute);
    return (element) => JSON.stringify(normalize(element) ?? null);
  }
  const normalizers = parts.map((part) => ({ part, normalize: normalizer(part) }));
  const keyed = normalizers.filter(({ part }) => part.name === 'value' || part.name === 'type');
  const hasValue = findAttribute(parts, 'value') !== undefined;
  return (element) => {
    if (!isObject(element)) return JSON.stringify(element);
    const compared = hasValue && element.value !== undefined ? keyed : normalizers;
    return JSON.stringify(
      compared.map(({ part, normalize }) =>
        part.multiValued ? (element[part.name] ?? null) : (normalize(element[part.name]) ?? null),
      ),
    );
  };
};
