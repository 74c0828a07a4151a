// Names of extensions that no schema of the type declares. A client may send one before its schema is added, or after it was
// removed: what it sends is kept, as it is, under the URN.

import { isObject, type Json, type JsonObject, valueNamed } from '../json.ts';
import type { AttributePath } from './attribute-path.ts';
import { attribute, findExtension, type ResourceType } from './schema.ts';

/** An attribute of an undeclared extension. */
export interface UndeclaredName {
  /** The URN of the extension, as in the text. */
  readonly urn: string;
  readonly name: string;
  /** After a dot: a part of the attribute. */
  readonly part?: string;
}

/** A URN as `schema add` takes it, without what belongs to a filter, and with the name of an attribute behind it. */
const URN = /^urn:[a-z0-9][\w-]{0,31}:[!#-Z^-~]{0,213}[!#-9;-Z^-~]$/i;

/** Schemas that name whole resources or messages are no extensions, of whatever type. */
const STANDARD = /^urn:ietf:params:scim:(?:schemas:core|api):/i;

/** Whether `urn` can be the URN of an extension that the type does not declare. */
export const isUndeclaredUrn = (urn: string, type: ResourceType): boolean => {
  if (!isExtensionUrn(urn)) return false;
  const lower = urn.toLowerCase();
  const isKnown = (id: string) => lower === id.toLowerCase() || lower.startsWith(`${id.toLowerCase()}:`);
  return !isKnown(type.schema.id) && !type.schemaExtensions.some(({ schema }) => isKnown(schema.id));
};

const isExtensionUrn = (urn: string) => URN.test(urn) && !STANDARD.test(urn);

/** `text` split at its last colon, and at the first dot after it; undefined if what is before it is no URN. */
export const splitUndeclared = (text: string): UndeclaredName | undefined => {
  const colon = text.lastIndexOf(':');
  const urn = text.slice(0, Math.max(colon, 0));
  const [name = '', part, ...rest] = text.slice(colon + 1).split('.');
  if (name === '' || part === '' || rest.length > 0 || !isExtensionUrn(urn)) return undefined;
  return { urn, name, ...(part !== undefined && { part }) };
};

/** The keys of undeclared extensions in the attributes of a resource, sorted. */
export const undeclaredKeys = (attributes: JsonObject, type: ResourceType): string[] =>
  Object.keys(attributes)
    .filter((key) => key.includes(':') && !findExtension(type, key))
    .sort();

/** The path of an undeclared attribute in filters and `sortBy`; its values may have any type. */
export const undeclaredPath = (text: string, type: ResourceType): AttributePath | undefined => {
  if (!isUndeclaredUrn(text, type)) return undefined;
  const split = splitUndeclared(text);
  if (!split) return { extension: text, attribute: attribute(text, ''), undeclared: text };
  return {
    extension: split.urn,
    attribute: attribute(split.name, ''),
    ...(split.part !== undefined && { subAttribute: attribute(split.part, '') }),
    undeclared: text,
  };
};

/** The value at an undeclared path, names compared without case; `text` alone may name the whole extension. */
export const undeclaredValue = (
  container: Json | undefined,
  { extension, attribute: { name }, subAttribute, undeclared }: AttributePath,
): Json | undefined => {
  if (extension === undefined) return named(container, name);
  const value = named(named(container, extension), name);
  if (value === undefined) return undeclared === undefined ? undefined : named(container, undeclared);
  return subAttribute ? named(value, subAttribute.name) : value;
};

const named = (container: Json | undefined, name: string): Json | undefined =>
  isObject(container) ? valueNamed(container, name) : undefined;
