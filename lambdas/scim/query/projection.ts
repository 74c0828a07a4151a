// Which attributes a response shows: `attributes`, `excludedAttributes` (RFC 7644 §3.9) and each attribute's `returned`
// (RFC 7643 §7). Also their order, because the table returns the keys of a map in any.

import { invalidValue, ScimError } from '../errors/errors.ts';
import type { Filter } from '../filter/filter.ts';
import { matchesValue } from '../filter/match.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { parsePatchPath } from '../patch/path.ts';
import { type AttributePath, resolvePath } from '../schemas/attribute-path.ts';
import { type Attribute, commonAttributes, findExtension, type ResourceType } from '../schemas/schema.ts';
import { undeclaredKeys } from '../schemas/undeclared.ts';

/** The names to show of an object, in schema order; undefined shows the value whole. */
type Selection = ReadonlyMap<string, Shown | undefined>;

/** What is shown of a value, or of each of its elements. */
interface Shown {
  /** The parts of a complex one. */
  readonly parts?: Selection | undefined;
  /** Only the elements that match; undefined for all. */
  readonly filter?: Filter | undefined;
}

/**
 * What a response shows of resources of a type, in this order: `schemas`, `id`, `externalId`, the attributes of the core
 * schema, the extensions by URN, those that no schema declares, `meta`. Computed once per request.
 */
export interface Projection {
  /** What comes before the extensions that no schema declares. */
  readonly leading: Selection;
  readonly undeclared: UndeclaredSelection;
  readonly trailing: Selection;
}

/** The undeclared extensions to show: those that `names` has, or those that it has not. */
interface UndeclaredSelection {
  readonly type: ResourceType;
  /** In lower case: URNs, and attributes with theirs. */
  readonly names: ReadonlySet<string>;
  readonly only: boolean;
}

/** Attribute names, comma-separated as in a query string, or a list as in a SearchRequest. */
export type AttributeNames = string | readonly string[] | undefined;

const MAX_ATTRIBUTE_NAMES = 1000;
/** In characters, of all names with brackets: each filter is evaluated for each element of each resource. */
const MAX_BRACKETED_LENGTH = 500;

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
  if (wanted.length + unwanted.length > 0) return projectionOf(wanted, unwanted, type);
  const known = defaults.get(type) ?? projectionOf([], [], type);
  defaults.set(type, known);
  return known;
};

/** Of requests that name no attributes, which are most. */
const defaults = new WeakMap<ResourceType, Projection>();

const projectionOf = (
  wanted: readonly string[],
  unwanted: readonly string[],
  type: ResourceType,
): Projection => {
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
  const named = only ? resolveNames(wanted, type) : resolveNames(unwanted.filter(isPlain), type);
  const selectCore = (attributes: readonly Attribute[]) => select(attributes, undefined, named, only);
  const lowerNames = (only ? wanted : unwanted.filter(isPlain)).map((name) => name.toLowerCase());
  return {
    leading: new Map<string, Shown | undefined>([
      ...selectCore(leadingAttributes),
      ...selectCore(type.schema.attributes),
      ...type.schemaExtensions.map(
        ({ schema }) => [schema.id, { parts: select(schema.attributes, schema.id, named, only) }] as const,
      ),
    ]),
    undeclared: { type, names: new Set(lowerNames), only },
    trailing: selectCore(trailingAttributes),
  };
};

const isMeta = ({ name }: Attribute) => name === 'meta';
const leadingAttributes = commonAttributes.filter((attribute) => !isMeta(attribute));
const trailingAttributes = commonAttributes.filter(isMeta);

/** Whether the response shows this core attribute: `members` and `groups` are read only if it does. */
export const wants = (projection: Projection, attributeName: string): boolean =>
  projection.leading.has(attributeName) || projection.trailing.has(attributeName);

/**
 * The part of `resource` that the projection shows, in the projection's order. A complex attribute of which no part is
 * shown is left out.
 */
export const project = (resource: JsonObject, { leading, undeclared, trailing }: Projection): JsonObject => ({
  ...pick(resource, leading),
  ...pickUndeclared(resource, undeclared),
  ...pick(resource, trailing),
});

const pickUndeclared = (resource: JsonObject, { type, names, only }: UndeclaredSelection): JsonObject => {
  const shown: Record<string, Json> = {};
  for (const key of only && names.size === 0 ? [] : undeclaredKeys(resource, type)) {
    const value = resource[key] ?? null;
    const urn = key.toLowerCase();
    if (names.has(urn)) {
      if (only) shown[key] = sortKeys(value);
      continue;
    }
    if (!isObject(value)) continue;
    // A part after a dot shows the whole attribute.
    const isNamed = (name: string) =>
      names.has(`${urn}:${name}`) || (only && [...names].some((one) => one.startsWith(`${urn}:${name}.`)));
    const parts = Object.entries(value).filter(([name]) => isNamed(name.toLowerCase()) === only);
    if (parts.length > 0) shown[key] = sortKeys(Object.fromEntries(parts));
  }
  return shown;
};

/** Plain assignment is safe here: the names come from schemas, so none is `__proto__`. */
const pick = (object: JsonObject, selection: Selection): JsonObject => {
  const shown: Record<string, Json> = {};
  for (const [name, asked] of selection) {
    const value = ownValue(object, name);
    const picked = value === undefined ? undefined : pickValue(value, asked);
    if (picked !== undefined) shown[name] = picked;
  }
  return shown;
};

const pickValue = (value: Json, { parts, filter }: Shown = {}): Json | undefined => {
  if (!Array.isArray(value)) return parts ? pickElement(value, parts) : sortKeys(value);
  const matching = filter ? value.filter((one) => matchesValue(filter, one)) : value;
  if (!parts) return filter && matching.length === 0 ? undefined : sortKeys(matching);
  const elements = matching
    .map((element) => pickElement(element, parts))
    .filter((kept) => kept !== undefined);
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
  (typeof names === 'string' ? splitAtCommas(names) : (names ?? []))
    .map((name) => name.trim())
    .filter(Boolean);

/** Splits at the commas that do not stand in quotes, as in `emails[type eq "a,b"]`. */
const splitAtCommas = (text: string): string[] =>
  text.includes('"') ? (text.match(/(?:"(?:\\.|[^"\\])*(?:"|$)|[^",])+/gs) ?? []) : text.split(',');

const isPlain = (name: string) => !name.includes('[');

const keyOf = (extension: string | undefined, name: string, subName = '') =>
  `${extension ?? ''} ${name} ${subName}`;

/** The attributes and parts that the client named, by key. */
interface Named {
  readonly keys: ReadonlySet<string>;
  /** By the key of an attribute that was only named with brackets, as in `emails[type eq "work"].value`: what is in them. */
  readonly filters: ReadonlyMap<string, Filter>;
}

/** A schema's URN alone names all that the schema returns by default. */
const resolveNames = (names: readonly string[], type: ResourceType): Named => {
  const keys = new Set<string>();
  const filters = new Map<string, Filter>();
  const bracketed = names.filter((name) => !isPlain(name));
  if (bracketed.join('').length > MAX_BRACKETED_LENGTH) {
    throw invalidValue(
      'tooManyNames',
    )`attributes takes at most ${MAX_BRACKETED_LENGTH} characters of names with brackets.`;
  }
  for (const { path, filter } of bracketed.flatMap(readBracketed(type))) {
    const key = keyOf(path.extension, path.attribute.name);
    keys.add(keyOf(path.extension, path.attribute.name, path.subAttribute?.name));
    const other = filters.get(key);
    filters.set(key, other ? { kind: 'or', left: other, right: filter } : filter);
  }
  for (const name of names.filter(isPlain)) {
    const extension = findExtension(type, name);
    const schema = name.toLowerCase() === type.schema.id.toLowerCase() ? type.schema : extension;
    for (const attribute of schema?.attributes ?? []) {
      if (attribute.returned !== 'default') continue;
      keys.add(keyOf(extension?.id, attribute.name));
      filters.delete(keyOf(extension?.id, attribute.name));
    }
    const path = resolvePath(name, type);
    if (!path) continue;
    keys.add(keyOf(path.extension, path.attribute.name, path.subAttribute?.name));
    filters.delete(keyOf(path.extension, path.attribute.name));
  }
  return { keys, filters };
};

/** A name with a filter in brackets, as PATCH paths have it; nothing for one that is not valid, as for an unknown name. */
const readBracketed =
  (type: ResourceType) =>
  (name: string): { readonly path: AttributePath; readonly filter: Filter }[] => {
    try {
      const { path, filter } = parsePatchPath(name, type);
      return filter ? [{ path, filter }] : [];
    } catch (error) {
      if (error instanceof ScimError) return [];
      throw error;
    }
  };

/** `only`: `named` are the attributes to show; otherwise those to hide. */
const select = (
  attributes: readonly Attribute[],
  extension: string | undefined,
  { keys, filters }: Named,
  only: boolean,
): Selection => {
  const selection = new Map<string, Shown | undefined>();
  for (const attribute of attributes) {
    const isNamed = keys.has(keyOf(extension, attribute.name));
    const subAttributes = attribute.subAttributes ?? [];
    const namesSub = (sub: Attribute) => keys.has(keyOf(extension, attribute.name, sub.name));
    const namesParts = only && subAttributes.some(namesSub);
    if (!isShown(attribute, isNamed || namesParts, only)) continue;
    // A complex attribute that is named, or always returned, shows all that it returns by default.
    const wantsWhole = only && (isNamed || !namesParts);
    const shownSubs = subAttributes.filter((sub) =>
      isShown(sub, namesSub(sub) || (wantsWhole && sub.returned === 'default'), only),
    );
    const parts = new Map(shownSubs.map(({ name }) => [name, undefined]));
    const filter = filters.get(keyOf(extension, attribute.name));
    selection.set(attribute.name, attribute.subAttributes ? { parts, filter } : filter && { filter });
  }
  return selection;
};

const isShown = ({ returned }: Attribute, isNamed: boolean, only: boolean): boolean => {
  if (returned === 'always' || returned === 'never') return returned === 'always';
  return returned === 'request' ? only && isNamed : only === isNamed;
};
