// Which attributes a response shows: `attributes`, `excludedAttributes` (RFC 7644 §3.9) and each attribute's `returned`
// (RFC 7643 §7). Also their order, because the table returns the keys of a map in any.

import { invalidValue } from '../errors/errors.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { resolvePath } from '../schemas/attribute-path.ts';
import { type Attribute, commonAttributes, findExtension, type ResourceType } from '../schemas/schema.ts';

/** The names to show of an object, in schema order, each with the selection in its value; undefined shows the value whole. */
type Selection = ReadonlyMap<string, Selection | undefined>;

/**
 * What a response shows of resources of a type, in this order: `schemas`, `id`, `externalId`, the attributes of the core
 * schema, the extensions by URN, `meta`. Computed once per request.
 */
export type Projection = Selection;

/** Attribute names, comma-separated as in a query string, or a list as in a SearchRequest. */
export type AttributeNames = string | readonly string[] | undefined;

const MAX_ATTRIBUTE_NAMES = 1000;

/**
 * The projection for resources of `type`. Unknown names are ignored. Throws invalidValue if both lists are given (RFC 7644
 * §3.9 makes them mutually exclusive), or more than MAX_ATTRIBUTE_NAMES names.
 */
export const parseProjection = (
  attributes: AttributeNames,
  excludedAttributes: AttributeNames,
  type: ResourceType,
): Projection => {
  const wanted = splitNames(attributes);
  const unwanted = splitNames(excludedAttributes);
  if (wanted.length > 0 && unwanted.length > 0) {
    throw invalidValue(
      'attributesContradict',
    )`attributes and excludedAttributes exclude each other: send one of them.`;
  }
  if (wanted.length + unwanted.length > MAX_ATTRIBUTE_NAMES) {
    throw invalidValue(
      'tooManyNames',
    )`attributes and excludedAttributes take at most ${MAX_ATTRIBUTE_NAMES} names.`;
  }
  const only = wanted.length > 0;
  const named = resolveNames(only ? wanted : unwanted, type);
  const selectCore = (attributes: readonly Attribute[]) => select(attributes, undefined, named, only);
  return new Map<string, Selection | undefined>([
    ...selectCore(leadingAttributes),
    ...selectCore(type.schema.attributes),
    ...type.schemaExtensions.map(
      ({ schema }) => [schema.id, select(schema.attributes, schema.id, named, only)] as const,
    ),
    ...selectCore(trailingAttributes),
  ]);
};

const isMeta = ({ name }: Attribute) => name === 'meta';
const leadingAttributes = commonAttributes.filter((attribute) => !isMeta(attribute));
const trailingAttributes = commonAttributes.filter(isMeta);

/** Whether the response shows this core attribute: `members` and `groups` are read only if it does. */
export const wants = (projection: Projection, attributeName: string): boolean =>
  projection.has(attributeName);

/**
 * The part of `resource` that the projection shows, in the projection's order. A complex attribute of which no part is
 * shown is left out.
 */
export const project = (resource: JsonObject, projection: Projection): JsonObject =>
  pick(resource, projection);

/** Plain assignment is safe here: the names come from schemas, so none is `__proto__`. */
const pick = (object: JsonObject, selection: Selection): JsonObject => {
  const shown: Record<string, Json> = {};
  for (const [name, parts] of selection) {
    const value = ownValue(object, name);
    const picked = value === undefined ? undefined : pickValue(value, parts);
    if (picked !== undefined) shown[name] = picked;
  }
  return shown;
};

const pickValue = (value: Json, parts: Selection | undefined): Json | undefined => {
  if (!parts) return sortKeys(value);
  if (!Array.isArray(value)) return pickElement(value, parts);
  const elements = value.map((element) => pickElement(element, parts)).filter((kept) => kept !== undefined);
  return elements.length > 0 || value.length === 0 ? elements : undefined;
};

const pickElement = (element: Json, parts: Selection): Json | undefined => {
  if (!isObject(element)) return element;
  const picked = pick(element, parts);
  return Object.keys(picked).length > 0 ? picked : undefined;
};

/** Sorts object keys by name: parts that the schema does not define, because it changed, have no other stable order. */
const sortKeys = (value: Json): Json => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.some(isObject) ? value.map(sortKeys) : value;
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, part]) => [name, sortKeys(part)]));
};

const splitNames = (names: AttributeNames): string[] =>
  (typeof names === 'string' ? names.split(',') : (names ?? [])).map((name) => name.trim()).filter(Boolean);

const keyOf = (extension: string | undefined, name: string, subName = '') =>
  `${extension ?? ''} ${name} ${subName}`;

/** The keys of the attributes that the client named. A schema's URN alone names all that the schema returns by default. */
const resolveNames = (names: readonly string[], type: ResourceType): ReadonlySet<string> => {
  const keys = new Set<string>();
  for (const name of names) {
    const extension = findExtension(type, name);
    const schema = name.toLowerCase() === type.schema.id.toLowerCase() ? type.schema : extension;
    for (const attribute of schema?.attributes ?? []) {
      if (attribute.returned === 'default') keys.add(keyOf(extension?.id, attribute.name));
    }
    const path = resolvePath(name, type);
    if (path) keys.add(keyOf(path.extension, path.attribute.name, path.subAttribute?.name));
  }
  return keys;
};

/** `only`: `named` are the attributes to show; otherwise those to hide. */
const select = (
  attributes: readonly Attribute[],
  extension: string | undefined,
  named: ReadonlySet<string>,
  only: boolean,
): Selection => {
  const selection = new Map<string, Selection | undefined>();
  for (const attribute of attributes) {
    const isNamed = named.has(keyOf(extension, attribute.name));
    const subAttributes = attribute.subAttributes ?? [];
    const namesSub = (sub: Attribute) => named.has(keyOf(extension, attribute.name, sub.name));
    const namesParts = only && subAttributes.some(namesSub);
    if (!isShown(attribute, isNamed || namesParts, only)) continue;
    // A complex attribute that is named, or always returned, shows all that it returns by default.
    const wantsWhole = only && (isNamed || !namesParts);
    const shownSubs = subAttributes.filter((sub) =>
      isShown(sub, namesSub(sub) || (wantsWhole && sub.returned === 'default'), only),
    );
    const parts = new Map(shownSubs.map(({ name }) => [name, undefined]));
    selection.set(attribute.name, attribute.subAttributes && parts);
  }
  return selection;
};

const isShown = ({ returned }: Attribute, isNamed: boolean, only: boolean): boolean => {
  if (returned === 'always' || returned === 'never') return returned === 'always';
  return returned === 'request' ? only && isNamed : only === isNamed;
};
