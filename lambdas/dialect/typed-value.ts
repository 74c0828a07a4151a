// Values in the shape that their attribute wants. What cannot be read stays as it is, for the parser to refuse.

import { asBoolean, asNumber } from '../scim/filter/comparison.ts';
import { isObject, type Json, type JsonObject, ownValue, valueNamed } from '../scim/json.ts';
import { type Attribute, findAttribute } from '../scim/schemas/schema.ts';
import { namedId, namesIds, refuseNameless } from './named-ids.ts';
import { readRole } from './roles.ts';

/**
 * `value` as `attribute` takes it.
 *
 * - `""` is null: Entra clears attributes so, and its gallery test demands it of every optional attribute. For
 *   a required one the parser refuses null.
 * - One value for a multi-valued attribute is a list of one: seen from several clients.
 * - Of a list of ids every value must name somebody, and `""` does not clear it (named-ids.ts).
 * - A list of one for a single value is that value: old Entra samples send `manager` so.
 */
export const readValue = (attribute: Attribute, value: Json): Json => {
  if (namesIds(attribute)) refuseNameless(attribute, value);
  if (isCleared(value)) return null;
  if (!attribute.multiValued) return readElement(attribute, value);
  const elements = Array.isArray(value) ? value : [value];
  return elements.map((element) => readElement(attribute, element));
};

/** Like readValue, for one of the values of a multi-valued attribute. */
export const readElement = (attribute: Attribute, value: Json): Json => {
  if (isCleared(value)) return null;
  if (Array.isArray(value))
    return value.length === 1 ? readScalar(attribute, value[0] ?? null) : noneOr(value);
  return readScalar(attribute, value);
};

const isCleared = (value: Json) => value === null || value === '';

const noneOr = (list: readonly Json[]): Json => (list.length === 0 ? null : list);

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
      // A telephone or employee number sent as a number. Beyond 2^53 the digits are lost already: refused.
      return Number.isSafeInteger(value) || isFraction(value) ? String(value) : value;
  }
};

const isFraction = (value: Json) => typeof value === 'number' && !Number.isInteger(value);

const readComplex = (attribute: Attribute, value: Json): Json => {
  const { subAttributes = [] } = attribute;
  // A bare id stands for {"value": id}: Entra sends `manager` so in POST and PATCH, others send members so.
  const parts = typeof value === 'string' && findAttribute(subAttributes, 'value') ? { value } : value;
  if (!isObject(parts)) return value;
  const given = attribute.name === 'roles' ? readRole(parts) : withId(attribute, parts);
  const read: Record<string, Json> = {};
  for (const key of Object.keys(given)) {
    const subAttribute = findAttribute(subAttributes, key);
    if (subAttribute) read[subAttribute.name] = readValue(subAttribute, given[key] ?? null);
  }
  return isReferenceToNothing(attribute, read) ? null : read;
};

/** What names its id by a reference alone has it in `value` too. */
const withId = (attribute: Attribute, parts: JsonObject): JsonObject => {
  const id = namesIds(attribute) && !valueNamed(parts, 'value') ? namedId(parts) : undefined;
  return id === undefined ? parts : { ...parts, value: id };
};

const DESCRIPTIONS = new Set(['type', 'primary', '$ref']);

/** `{"value": ""}` clears the whole: Entra removes a manager so. What only describes the value goes with it. */
const isReferenceToNothing = ({ subAttributes = [] }: Attribute, values: JsonObject): boolean =>
  ownValue(values, 'value') === null &&
  subAttributes.every(
    ({ name, mutability }) =>
      DESCRIPTIONS.has(name) || mutability === 'readOnly' || (ownValue(values, name) ?? null) === null,
  );
