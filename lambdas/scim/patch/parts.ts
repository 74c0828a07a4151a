// Setting and removing members of a resource, of an extension, or of one complex value, without touching the original.

import { mutability, word } from '../errors/errors.ts';
import { equalValues, isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { appendValues } from '../multi-valued.ts';
import type { Attribute } from '../schemas/schema.ts';
import type { PatchOperation } from './request.ts';

/** `container` with `value` as its `attribute`, or without it; `container` itself when that is how it was. */
export const assign = (container: JsonObject, attribute: Attribute, value: Json | undefined): JsonObject => {
  const before = ownValue(container, attribute.name);
  if (before === value || equalValues(before, value)) return container;
  if (before !== undefined && attribute.mutability === 'immutable') {
    throw mutability('immutableAttribute')`${word(attribute.name)} is set once and cannot change.`;
  }
  if (attribute.required && value === undefined) {
    throw mutability('requiredRemoved')`${word(attribute.name)} is required and cannot be removed.`;
  }
  return withMember(container, attribute.name, value);
};

/** Like assign, for a name without definition, such as the URN of an extension. */
export const withMember = (container: JsonObject, name: string, value: Json | undefined): JsonObject => {
  if (ownValue(container, name) === value) return container;
  if (value !== undefined) return { ...container, [name]: value };
  const { [name]: _, ...others } = container;
  return others;
};

/** A complex value after an operation on one of its parts; undefined when no part is left. */
export const changePart = (
  parts: JsonObject,
  part: Attribute,
  { op, value }: Pick<PatchOperation, 'op' | 'value'>,
): JsonObject | undefined => {
  const before = ownValue(parts, part.name);
  const adds = op === 'add' && Array.isArray(before) && Array.isArray(value);
  return unlessEmpty(assign(parts, part, adds ? appendValues(before, value, part) : value));
};

/**
 * Parts that are not named stay as they are (RFC 7644 §3.5.2.3), except beside a reference that now leads elsewhere:
 * the `$ref` of the old manager says nothing about the new one.
 */
export const mergeParts = (before: JsonObject, set: JsonObject, attribute: Attribute): JsonObject => {
  let merged = before;
  for (const part of attribute.subAttributes ?? []) {
    const value = ownValue(set, part.name);
    if (value !== undefined) merged = assign(merged, part, value);
  }
  const leadsElsewhere = ownValue(before, '$ref') !== undefined && merged.value !== before.value;
  return leadsElsewhere ? set : merged;
};

/**
 * Whether nothing is left but what describes a value. Entra clears `emails[type eq "work"].value` to take the address
 * away: the bare type it leaves is no address, and when Entra sends the value again it creates the element again.
 */
export const isBare = (value: JsonObject, descriptions: readonly string[]): boolean =>
  Object.keys(value).every((name) => descriptions.includes(name));

export const partsOf = (container: JsonObject, name: string): JsonObject => {
  const value = ownValue(container, name);
  return isObject(value) ? value : {};
};

export const unlessEmpty = (object: JsonObject): JsonObject | undefined =>
  Object.keys(object).length === 0 ? undefined : object;
