// Which attributes an answer shows: `attributes`, `excludedAttributes` (RFC 7644 §3.9) and each attribute's own
// `returned` (RFC 7643 §7). And in which order: the table returns the members of a map in any.

import { invalidValue } from '../errors/errors.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { resolvePath } from '../schemas/attribute-path.ts';
import { type Attribute, commonAttributes, findExtension, type ResourceType } from '../schemas/schema.ts';

/** What is shown of an object, by name and in the order of its schema; undefined for a value that is shown as it is. */
type Selection = ReadonlyMap<string, Selection | undefined>;

/**
 * What an answer shows of a resource type, settled before the first resource is read: `schemas`, `id`, `externalId`, the
 * attributes of the core schema, the extensions by URN, `meta`.
 */
export type Projection = Selection;

/** The names as the query string has them (separated by commas) or as a SearchRequest has them. */
export type AttributeNames = string | readonly string[] | undefined;

export const MAX_ATTRIBUTE_NAMES = 1000;

/**
 * What to show of resources of `type`. Names that the type does not have are ignored. Throws invalidValue when both
 * lists are given (RFC 7644 §3.9 makes them mutually exclusive), or more than 1,000 names.
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

/** Whether an answer shows this core attribute, so that `members` and `groups` are read only when it does. */
export const wants = (projection: Projection, attributeName: string): boolean =>
  projection.has(attributeName);

/**
 * The part of `resource` that the projection shows, in the projection's order, whatever that of `resource` is. A complex
 * attribute of which nothing is left is left out.
 */
export const project = (resource: JsonObject, projection: Projection): JsonObject =>
  pick(resource, projection);

/** Names come from schemas here, so none is `__proto__`, which an assignment would not make a member. */
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
  if (!parts) return settle(value);
  if (!Array.isArray(value)) return pickElement(value, parts);
  const elements = value.map((element) => pickElement(element, parts)).filter((kept) => kept !== undefined);
  return elements.length > 0 || value.length === 0 ? elements : undefined;
};

const pickElement = (element: Json, parts: Selection): Json | undefined => {
  if (!isObject(element)) return element;
  const picked = pick(element, parts);
  return Object.keys(picked).length > 0 ? picked : undefined;
};

/** A value that was stored before its schema changed may have parts of which the schema knows no order: by name. */
const settle = (value: Json): Json => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.some(isObject) ? value.map(settle) : value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, part]) => [name, settle(part)]));
};

const splitNames = (names: AttributeNames): string[] =>
  (typeof names === 'string' ? names.split(',') : (names ?? [])).map((name) => name.trim()).filter(Boolean);

const keyOf = (extension: string | undefined, name: string, subName = '') =>
  `${extension ?? ''} ${name} ${subName}`;

/** The keys of what the client named. A schema's URN alone names all that the schema returns by default. */
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

/** `only`: the named attributes are the ones wanted; otherwise the ones not wanted. */
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
    // Naming a complex attribute, or having it always, means all that it shows by default.
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
