// Converts values to the type of their attribute. A value that cannot be converted is left for the parser to refuse.

import { asBoolean, asNumber } from '../scim/filter/comparison.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../scim/json.ts';
import { type Attribute, findAttribute } from '../scim/schemas/schema.ts';
import { readRole } from './roles.ts';

/**
 * `value` converted to the type of `attribute`.
 *
 * - `""` becomes null: Entra clears attributes this way, and its gallery test demands it of every optional attribute. The
 *   parser refuses null for a required one.
 * - A single value of a multi-valued attribute becomes a list of one: several clients send it.
 * - A list of one for a single-valued attribute becomes that value: old Entra samples send `manager` this way.
 */
export const readValue = (attribute: Attribute, value: Json): Json => {
  if (isCleared(value)) return null;
  if (!attribute.multiValued) return readElement(attribute, value);
  const elements = Array.isArray(value) ? value : [value];
  return elements.map((element) => readElement(attribute, element));
};

/** Like readValue, for a single value of a multi-valued attribute. */
export const readElement = (attribute: Attribute, value: Json): Json => {
  if (isCleared(value)) return null;
  if (Array.isArray(value))
    return value.length === 1 ? readScalar(attribute, value[0] ?? null) : nullIfEmpty(value);
  return readScalar(attribute, value);
};

const isCleared = (value: Json) => value === null || value === '';

const nullIfEmpty = (list: readonly Json[]): Json => (list.length === 0 ? null : list);

const readScalar = (attribute: Attribute, value: Json): Json => {
  if (isCleared(value)) return null;
  switch (attribute.type) {
    case 'complex':
      return readComplex(attribute, value);
    case 'boolean':
      // Entra's "True" and "False" (its default dialect and its validator).
      return asBoolean(value) ?? value;
    case 'integer':
    case 'decimal':
      return asNumber(value) ?? value;
    default:
      // A telephone or employee number sent as a number. Beyond 2^53 its digits are already lost, so it is refused.
      return Number.isSafeInteger(value) || isFraction(value) ? String(value) : value;
  }
};

const isFraction = (value: Json) => typeof value === 'number' && !Number.isInteger(value);

const readComplex = (attribute: Attribute, value: Json): Json => {
  const { subAttributes = [] } = attribute;
  // A bare id means {"value": id}: Entra sends `manager` this way in POST and PATCH, other clients send members.
  const parts = typeof value === 'string' && findAttribute(subAttributes, 'value') ? { value } : value;
  if (!isObject(parts)) return value;
  const given = attribute.name === 'roles' ? readRole(parts) : parts;
  const read: Record<string, Json> = {};
  for (const key of Object.keys(given)) {
    const subAttribute = findAttribute(subAttributes, key);
    if (subAttribute) read[subAttribute.name] = readValue(subAttribute, given[key] ?? null);
  }
  return isReferenceToNothing(attribute, read) ? null : read;
};

const DESCRIPTIONS = new Set(['type', 'primary', '$ref']);

/** `{"value": ""}` clears the whole value, with its describing parts: Entra removes a manager this way. */
const isReferenceToNothing = ({ subAttributes = [] }: Attribute, values: JsonObject): boolean =>
  ownValue(values, 'value') === null &&
  subAttributes.every(
    ({ name, mutability }) =>
      DESCRIPTIONS.has(name) || mutability === 'readOnly' || (ownValue(values, name) ?? null) === null,
  );
