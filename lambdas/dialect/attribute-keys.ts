// Attribute names as clients write them, in keys as well as in paths: `name.givenName`, `urn:…:User:employeeNumber`,
// `USERNAME`, `emails[type eq "work"].Value`. With the flag, Entra puts all of these into the keys of one object.

import { isObject, type Json, type JsonObject } from '../scim/json.ts';
import { splitPatchPath } from '../scim/patch/path.ts';
import { type AttributePath, resolvePath } from '../scim/schemas/attribute-path.ts';
import { type Attribute, findAttribute, findExtension, type ResourceType } from '../scim/schemas/schema.ts';

export interface AttributeName {
  /** As SCIM writes it, in a PATCH path. */
  readonly text: string;
  readonly path: AttributePath;
  readonly hasFilter: boolean;
}

/**
 * What `text` names, or why it names nothing: `malformed` text is no path at all; a `foreign` name belongs to a schema
 * that the type does not have; an `unknown` one is missing in a schema that it has.
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
  const subAttribute = subName === undefined ? undefined : findPart(attribute, subName);
  if (subName !== undefined && !subAttribute) return 'unknown';
  const name = extension === undefined ? attribute.name : `${extension}:${attribute.name}`;
  const brackets = parts.filter === undefined ? '' : `[${parts.filter}]`;
  return {
    text: `${name}${brackets}${subAttribute ? `.${subAttribute.name}` : ''}`,
    path: { ...(extension !== undefined && { extension }), attribute, ...(subAttribute && { subAttribute }) },
    hasFilter: parts.filter !== undefined,
  };
};

/** Entra's role documents say displayName where roles have display. */
const findPart = (attribute: Attribute, name: string) =>
  findAttribute(attribute.subAttributes ?? [], name) ??
  (attribute.name === 'roles' && name.toLowerCase() === 'displayname'
    ? findAttribute(attribute.subAttributes ?? [], 'display')
    : undefined);

const renameParts = (name: string) => name.replace(/^roles\.displayName$/i, 'roles.display');

/** Entra sends custom attributes under URNs of their own, which need not be listed anywhere. */
const isForeign = (name: string, type: ResourceType): boolean => {
  const urn = name.slice(0, Math.max(0, name.lastIndexOf(':')));
  if (!/^(?:urn|https?):/i.test(name)) return false;
  const known = [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)];
  return !known.some(({ id }) => id.toLowerCase() === urn.toLowerCase());
};

/**
 * The members of `object` as a flat list of names and values: what is inside an extension's object, or in one for the
 * core schema's URN, comes with the URN before its name.
 */
export const flattenKeys = (object: JsonObject, type: ResourceType): [name: string, value: Json][] =>
  Object.entries(object).flatMap(([key, value]): [string, Json][] => {
    const schema = key.includes(':') ? schemaOf(key, type) : undefined;
    if (!schema || !isObject(value)) return [[key, value]];
    return Object.entries(value).map(([name, inner]) => [`${schema}:${name}`, inner]);
  });

/** The URN of the schema of `type` that `text` is. */
export const schemaOf = (text: string, type: ResourceType): string | undefined =>
  text.toLowerCase() === type.schema.id.toLowerCase() ? type.schema.id : findExtension(type, text)?.id;
