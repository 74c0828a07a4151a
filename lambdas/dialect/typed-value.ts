// Converts values to the type of their attribute. A value that cannot be converted is left for the parser to refuse.

import { asBoolean, asNumber } from '../scim/filter/comparison.ts';
import { isObject, type Json, type JsonObject, ownValue, valueNamed } from '../scim/json.ts';
import { type Attribute, findAttribute } from '../scim/schemas/schema.ts';
import { readJsonText } from './json-text.ts';
import { namedId, namesIds, refuseNameless } from './named-ids.ts';
import { readRole } from './roles.ts';

/**
 * `value` converted to the type of `attribute`.
 *
 * - `""` becomes null: Entra clears attributes this way, and its gallery test demands it of every optional attribute. The
 *   parser refuses null for a required one.
 * - A single value of a multi-valued attribute becomes a list of one: several clients send it.
 * - Every value of a list of ids must name a resource, and `""` does not clear the list (named-ids.ts).
 * - A list of one for a single-valued attribute becomes that value: old Entra samples send `manager` this way.
 * - A list, or a complex value, is also read from text that is JSON (json-text.ts).
 * - `{"value": "x"}` for a simple value is that value.
 */
export const readValue = (attribute: Attribute, value: Json): Json => {
  if (!attribute.multiValued) return readElement(attribute, value);
  const elements = readElements(attribute, value);
  if (namesIds(attribute)) refuseNameless(attribute, elements ?? value);
  if (elements === undefined) return null;
  return elements.map((element) => readElement(attribute, element));
};

/** The values of a list as they were sent, of a single value a list of it; undefined for one that clears. */
export const readElements = (attribute: Attribute, value: Json): readonly Json[] | undefined => {
  const given = readJsonText(attribute, value);
  if (isCleared(given)) return undefined;
  const elements = Array.isArray(given) ? given : [given];
  return attribute.type === 'complex'
    ? elements.map((element) => readJsonText(attribute, element))
    : elements;
};

/** Like readValue, for a single value of a multi-valued attribute. */
export const readElement = (attribute: Attribute, value: Json): Json => {
  const given = attribute.type === 'complex' ? readJsonText(attribute, value) : value;
  if (isCleared(given)) return null;
  if (Array.isArray(given))
    return given.length === 1 ? readScalar(attribute, given[0] ?? null) : nullIfEmpty(given);
  return readScalar(attribute, given);
};

const isCleared = (value: Json) => value === null || value === '';

const nullIfEmpty = (list: readonly Json[]): Json => (list.length === 0 ? null : list);

const readScalar = (attribute: Attribute, wrapped: Json): Json => {
  const value = attribute.type === 'complex' ? wrapped : unwrap(wrapped);
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

/** The simple value in an object that has nothing but a `value`; anything else as it is. */
const unwrap = (value: Json): Json => {
  if (!isObject(value) || Object.keys(value).length !== 1) return value;
  const inner = valueNamed(value, 'value');
  return inner === undefined || (typeof inner === 'object' && inner !== null) ? value : inner;
};

const isFraction = (value: Json) => typeof value === 'number' && !Number.isInteger(value);

const readComplex = (attribute: Attribute, value: Json): Json => {
  const { subAttributes = [] } = attribute;
  // A bare id means {"value": id}: Entra sends `manager` this way in POST and PATCH, other clients send members.
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

/** `{"value": ""}` clears the whole value, with its describing parts: Entra removes a manager this way. */
const isReferenceToNothing = ({ subAttributes = [] }: Attribute, values: JsonObject): boolean =>
  ownValue(values, 'value') === null &&
  subAttributes.every(
    ({ name, mutability }) =>
      DESCRIPTIONS.has(name) || mutability === 'readOnly' || (ownValue(values, name) ?? null) === null,
  );
