// Sets and removes attributes in a copy of a resource, an extension or a complex value.

import { loggable, mutability, type ScimError } from '../errors/errors.ts';
import { equalValues, isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { appendValues } from '../multi-valued.ts';
import type { Attribute } from '../schemas/schema.ts';
import type { PatchOperation } from './request.ts';

/**
 * `container` with `attribute` set to `value`, or removed if undefined; `container` itself if nothing changes. Throws
 * mutability for an immutable attribute, or the removal of a required one.
 */
export const assign = (container: JsonObject, attribute: Attribute, value: Json | undefined): JsonObject => {
  const before = ownValue(container, attribute.name);
  if (before === value || equalValues(before, value)) return container;
  if (before !== undefined && attribute.mutability === 'immutable') {
    throw mutability('immutableAttribute')`${loggable(attribute.name)} is set once and cannot change.`;
  }
  if (attribute.required && value === undefined) throw requiredRemoved(attribute.name);
  return withProperty(container, attribute.name, value);
};

/** The error for the removal of a required attribute or extension. */
export const requiredRemoved = (name: string): ScimError =>
  mutability('requiredRemoved')`${loggable(name)} is required and cannot be removed.`;

/** Like assign, for a name without an attribute definition, such as the URN of an extension. */
export const withProperty = (container: JsonObject, name: string, value: Json | undefined): JsonObject => {
  if (ownValue(container, name) === value) return container;
  if (value !== undefined) return { ...container, [name]: value };
  const { [name]: _, ...others } = container;
  return others;
};

/** A complex value after an operation on one of its parts; undefined if no part is left. */
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
 * Sets the given parts and keeps the others (RFC 7644 §3.5.2.3), except if the value is a reference that now points to
 * another resource: the `$ref` of the old manager does not apply to the new one.
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
 * Whether only describing parts, such as the type, are left. Entra clears `emails[type eq "work"].value` to remove the
 * address; what remains is no address, and the element is created again when Entra sends a value again.
 */
export const isBare = (value: JsonObject, descriptions: readonly string[]): boolean =>
  Object.keys(value).every((name) => descriptions.includes(name));

/** The object under `name`, or an empty one. */
export const partsOf = (container: JsonObject, name: string): JsonObject => {
  const value = ownValue(container, name);
  return isObject(value) ? value : {};
};

/** `object`, or undefined if it has no parts: SCIM does not distinguish the two (RFC 7643 §2.5). */
export const unlessEmpty = (object: JsonObject): JsonObject | undefined =>
  Object.keys(object).length === 0 ? undefined : object;
