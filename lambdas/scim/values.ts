// Validates a value against the definition of its attribute (RFC 7643 §2.3 to §2.5), for parseResource and PATCH.

import { invalidValue, loggable, phrase, type Wording } from './errors/errors.ts';
import { asInstant } from './filter/comparison.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { appendValues, isPrimary } from './multi-valued.ts';
import { type Attribute, findAttribute } from './schemas/schema.ts';

/**
 * `value` as stored, or undefined if it is unassigned (null, an empty list; RFC 7643 §2.5). Names are spelled as in the
 * schema; sub-attributes that are unknown or read-only are left out. Throws invalidValue, naming the attribute as `name`.
 */
export const parseValue = (
  attribute: Attribute,
  value: Json,
  name: Wording = loggable(attribute.name),
): Json | undefined => {
  if (!attribute.multiValued || value === null) return parseElement(attribute, value, name);
  if (!Array.isArray(value)) throw invalidValue('notList')`${name} takes a list of values.`;
  const elements = value.map((element) => parseElement(attribute, element, name)).filter(isAssigned);
  if (elements.filter(isPrimary).length > 1) {
    throw invalidValue(
      'severalPrimary',
    )`${name} has more than one primary value; at most one may be primary.`;
  }
  return elements.length === 0 ? undefined : appendValues([], elements, attribute);
};

/** Like parseValue, for a single value of a multi-valued attribute. */
export const parseElement = (attribute: Attribute, value: Json, name: Wording): Json | undefined => {
  if (value === null) return undefined;
  if (attribute.type === 'complex') return parseComplex(attribute, value, name);
  const refusal = refusalOf(attribute, value);
  if (refusal) throw invalidValue('wrongType')`${name} ${loggable(refusal)}.`;
  return value;
};

const parseComplex = (attribute: Attribute, value: Json, name: Wording): JsonObject | undefined => {
  if (!isObject(value)) throw invalidValue('notComplex')`${name} takes an object with its parts.`;
  const parts: Record<string, Json> = {};
  let isEmpty = true;
  for (const key of Object.keys(value)) {
    const subAttribute = findAttribute(attribute.subAttributes ?? [], key);
    if (!subAttribute || subAttribute.mutability === 'readOnly') continue;
    const parsed = parseValue(
      subAttribute,
      value[key] ?? null,
      phrase`${name}.${loggable(subAttribute.name)}`,
    );
    if (parsed === undefined) continue;
    parts[subAttribute.name] = parsed;
    isEmpty = false;
  }
  return isEmpty ? undefined : parts;
};

/**
 * Why a simple value does not have the attribute's type; undefined if it does. The format of telephone numbers, countries,
 * locales and URIs is not checked: Entra's validators send random text there. They do so for binaries too, so only the
 * base64 alphabet is checked, not the padding. Canonical values are suggestions (RFC 7643 §7). Numbers must survive JSON
 * and the table.
 */
const refusalOf = ({ type, required }: Attribute, value: Json): string | undefined => {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : 'must be a whole number';
    case 'decimal':
      return typeof value === 'number' && isStorableNumber(value) ? undefined : 'must be a number';
    case 'dateTime':
      return asInstant(value) === undefined ? 'must be a time such as 2026-01-31T12:00:00Z' : undefined;
    case 'binary':
      return typeof value === 'string' && BASE64.test(value) ? undefined : 'must be base64';
    default:
      if (typeof value !== 'string') return 'must be text';
      return required && value.trim() === '' ? 'is required and must not be empty' : undefined;
  }
};

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const SMALLEST_DECIMAL = 1e-100;

/** Whether a number survives JSON and the table. */
export const isStorableNumber = (value: number): boolean => {
  const size = Math.abs(value);
  return size === 0 || (size >= SMALLEST_DECIMAL && size <= Number.MAX_SAFE_INTEGER);
};

const isAssigned = (value: Json | undefined): value is Json => value !== undefined;

/** Throws invalidValue if a value of `attribute` lacks a required sub-attribute. */
export const requireParts = (attribute: Attribute, value: Json | undefined): void => {
  const required = attribute.subAttributes?.filter((part) => part.required) ?? [];
  if (required.length === 0 || value === undefined) return;
  for (const element of Array.isArray(value) ? value : [value]) {
    const missing = required.find(({ name }) => !isObject(element) || !Object.hasOwn(element, name));
    if (!missing) continue;
    const name = loggable(`${attribute.name}.${missing.name}`);
    throw invalidValue('attributeRequired')`${name} is required.`;
  }
};
