// Attribute names as clients write them, in keys and in paths: `name.givenName`, `urn:…:User:employeeNumber`, `USERNAME`,
// `emails[type eq "work"].Value`. With the flag aadOptscim062020, Entra sends all of these as the keys of one object.

import { isObject, type Json, type JsonObject } from '../scim/json.ts';
import { splitPatchPath } from '../scim/patch/path.ts';
import { type AttributePath, isOwnValue, resolvePath } from '../scim/schemas/attribute-path.ts';
import { type Attribute, findAttribute, findExtension, type ResourceType } from '../scim/schemas/schema.ts';
import { isUndeclaredUrn, splitUndeclared } from '../scim/schemas/undeclared.ts';
import { readObject } from './json-text.ts';

/** A resolved attribute name. */
export interface AttributeName {
  /** As a conforming PATCH path. */
  readonly text: string;
  readonly path: AttributePath;
  /** Whether the name has a filter in brackets. */
  readonly hasFilter: boolean;
}

/**
 * Resolves `text`, or says why it cannot: `malformed` text is not a path; a `foreign` name belongs to a schema that the
 * type does not have; an `unknown` one is not in the schemas of the type.
 */
export const readName = (
  text: string,
  type: ResourceType,
): AttributeName | 'malformed' | 'foreign' | 'unknown' => {
  const parts = splitPatchPath(text);
  if (!parts) return 'malformed';
  const path = resolvePath(renameParts(parts.name), type);
  if (!path) return isForeign(parts.name, type) ? 'foreign' : 'unknown';
  if (path.subAttribute && parts.filter !== undefined) return 'malformed';
  const { extension, attribute } = path;
  const subName = parts.subName ?? path.subAttribute?.name;
  const namesPart = subName !== undefined && !isOwnValue(attribute, subName);
  const subAttribute = namesPart ? findPart(attribute, subName) : undefined;
  if (namesPart && !subAttribute) return 'unknown';
  const name = extension === undefined ? attribute.name : `${extension}:${attribute.name}`;
  const brackets = parts.filter === undefined ? '' : `[${parts.filter}]`;
  return {
    text: `${name}${brackets}${subAttribute ? `.${subAttribute.name}` : ''}`,
    path: { ...(extension !== undefined && { extension }), attribute, ...(subAttribute && { subAttribute }) },
    hasFilter: parts.filter !== undefined,
  };
};

/** Entra's role documents have displayName instead of display. */
const findPart = (attribute: Attribute, name: string) =>
  findAttribute(attribute.subAttributes ?? [], name) ??
  (attribute.name === 'roles' && name.toLowerCase() === 'displayname'
    ? findAttribute(attribute.subAttributes ?? [], 'display')
    : undefined);

const renameParts = (name: string) => name.replace(/^roles\.displayName$/i, 'roles.display');

/** Entra sends custom attributes under their own URNs, which it lists nowhere. */
const isForeign = (name: string, type: ResourceType): boolean => {
  const urn = name.slice(0, Math.max(0, name.lastIndexOf(':')));
  if (!/^(?:urn|https?):/i.test(name)) return false;
  const known = [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)];
  return !known.some(({ id }) => id.toLowerCase() === urn.toLowerCase());
};

/** Whether a name that `readName` calls foreign is kept as it is, because it can be declared later. */
export const isKept = (text: string, value: Json | undefined, type: ResourceType): boolean =>
  isUndeclaredUrn(text, type) &&
  (splitUndeclared(text) !== undefined || isObject(value) || (value ?? '') === '');

/** Told the name of each attribute that is left out because nobody declared it. */
export type LeaveOut = (name: string) => void;

/** A name as the log may show it: without a filter, which has values, and without the URN of the core schema. */
export const shownName = (text: string, type: ResourceType): string => {
  const [name = ''] = text.split(/[[\]"\s]/, 1);
  const core = `${type.schema.id}:`;
  return name.toLowerCase().startsWith(core.toLowerCase()) ? name.slice(core.length) : name;
};

/**
 * The entries of `object` as a flat list. Entries inside the object of an extension, or of the core schema's URN, are
 * prefixed with that URN.
 */
export const flattenKeys = (object: JsonObject, type: ResourceType): [name: string, value: Json][] =>
  Object.entries(object).flatMap(([key, value]): [string, Json][] => {
    const schema = key.includes(':') ? schemaOf(key, type) : undefined;
    const attributes = schema && readObject(value);
    if (!attributes) return [[key, value]];
    return Object.entries(attributes).map(([name, inner]) => [`${schema}:${name}`, inner]);
  });

/** The URN of the schema of `type` that `text` spells, case-insensitively, or undefined. */
export const schemaOf = (text: string, type: ResourceType): string | undefined =>
  text.toLowerCase() === type.schema.id.toLowerCase() ? type.schema.id : findExtension(type, text)?.id;
