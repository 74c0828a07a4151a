// Parses the body of a POST or PUT into the attributes to store (RFC 7644 §3.3 and §3.5.1).

import { invalidValue, loggable, mutability, type Wording } from './errors/errors.ts';
import { equalValues, isObject, type Json, type JsonObject, ownValue } from './json.ts';
import {
  type Attribute,
  commonAttributes,
  findAttribute,
  findExtension,
  type ResourceType,
} from './schemas/schema.ts';
import { isUndeclaredUrn } from './schemas/undeclared.ts';
import { assignedAttributes, replaceUndeclared } from './undeclared-values.ts';
import { parseValue, requireParts } from './values.ts';

/**
 * The attributes in `body`, validated, spelled as in the schema, those of an extension under its URN; externalId included.
 * An extension that no schema declares is kept as sent.
 * Leaves out what only the server writes (`id`, `meta`), what is derived (`schemas`) and what the type does not define.
 * Throws invalidValue naming the attribute.
 */
export const parseResource = (body: JsonObject, type: ResourceType): JsonObject => {
  const parsed = new Map<string, Json>();
  for (const [key, value] of Object.entries(body)) {
    const extension = key.includes(':') ? findExtension(type, key) : undefined;
    if (extension) {
      const attributes = parseExtension(value, extension.id, extension.attributes);
      if (attributes) parsed.set(extension.id, attributes);
      continue;
    }
    if (isObject(value) && isUndeclaredUrn(key, type)) {
      const attributes = assignedAttributes(value);
      if (attributes) parsed.set(key, attributes);
      continue;
    }
    const attribute = findAttribute(type.schema.attributes, key) ?? findAttribute(commonAttributes, key);
    const attributeValue = attribute && parseAttribute(attribute, value, loggable(attribute.name));
    if (attribute && attributeValue !== undefined) parsed.set(attribute.name, attributeValue);
  }
  const resource: JsonObject = Object.fromEntries(parsed);
  requireAll(resource, type);
  return resource;
};

const parseExtension = (
  value: Json,
  urn: string,
  attributes: readonly Attribute[],
): JsonObject | undefined => {
  if (value === null) return undefined;
  if (!isObject(value))
    throw invalidValue('extensionNotObject')`${loggable(urn)} takes an object of attributes.`;
  const parsed = new Map<string, Json>();
  for (const [key, part] of Object.entries(value)) {
    const attribute = findAttribute(attributes, key);
    const attributeValue = attribute && parseAttribute(attribute, part, loggable(`${urn}:${attribute.name}`));
    if (attribute && attributeValue !== undefined) parsed.set(attribute.name, attributeValue);
  }
  return parsed.size === 0 ? undefined : Object.fromEntries(parsed);
};

const parseAttribute = (attribute: Attribute, value: Json, name: Wording): Json | undefined =>
  attribute.mutability === 'readOnly' || attribute.name === 'schemas'
    ? undefined
    : parseValue(attribute, value, name);

const requireAll = (resource: JsonObject, type: ResourceType): void => {
  requireAttributes(resource, type.schema.attributes);
  for (const { schema, required } of type.schemaExtensions) {
    const extension = ownValue(resource, schema.id);
    if (isObject(extension)) requireAttributes(extension, schema.attributes);
    else if (required) throw invalidValue('attributeRequired')`${loggable(schema.id)} is required.`;
  }
};

const requireAttributes = (values: JsonObject, attributes: readonly Attribute[]): void => {
  for (const attribute of attributes) {
    const value = ownValue(values, attribute.name);
    if (attribute.required && attribute.mutability !== 'readOnly' && value === undefined) {
      throw invalidValue('attributeRequired')`${loggable(attribute.name)} is required.`;
    }
    requireParts(attribute, value);
  }
};

/**
 * The attributes after a PUT of `incoming` over `current` (RFC 7644 §3.5.1). What the client can write is replaced, or
 * removed if missing; what it cannot write, or cannot read back to send again, stays, and so do extensions that no schema
 * declares, unless `incoming` has them or `namedUndeclared` says that the request named them without a value. Throws
 * mutability if an immutable value differs.
 */
export const replaceAttributes = (
  current: JsonObject,
  incoming: JsonObject,
  type: ResourceType,
  namedUndeclared: readonly string[] = [],
): JsonObject => {
  const sent = replaceUndeclared(current, incoming, type, namedUndeclared);
  let replaced = withKept(current, sent, type.schema.attributes);
  for (const { schema } of type.schemaExtensions) {
    const before = ownValue(current, schema.id);
    const after = ownValue(incoming, schema.id);
    const extension = withKept(
      isObject(before) ? before : {},
      isObject(after) ? after : {},
      schema.attributes,
    );
    if (Object.keys(extension).length > 0) replaced = { ...replaced, [schema.id]: extension };
  }
  return equalValues(replaced, current) ? current : replaced;
};

const withKept = (
  current: JsonObject,
  incoming: JsonObject,
  attributes: readonly Attribute[],
): JsonObject => {
  let replaced = incoming;
  for (const attribute of attributes) {
    const before = ownValue(current, attribute.name);
    const after = replacement(attribute, before, ownValue(incoming, attribute.name));
    if (after !== undefined) replaced = { ...replaced, [attribute.name]: after };
  }
  return replaced;
};

const replacement = (
  attribute: Attribute,
  before: Json | undefined,
  after: Json | undefined,
): Json | undefined => {
  if (before === undefined) return after;
  if (attribute.mutability === 'immutable' && after !== undefined && !equalValues(before, after)) {
    throw mutability('immutableAttribute')`${loggable(attribute.name)} is set once and cannot change.`;
  }
  if (isObject(before) && attribute.subAttributes) {
    const parts = withKept(before, isObject(after) ? after : {}, attribute.subAttributes);
    return Object.keys(parts).length === 0 ? undefined : parts;
  }
  const outlivesReplacement =
    attribute.mutability === 'readOnly' ||
    attribute.mutability === 'immutable' ||
    attribute.mutability === 'writeOnly' ||
    attribute.returned === 'never';
  return after ?? (outlivesReplacement ? before : undefined);
};
