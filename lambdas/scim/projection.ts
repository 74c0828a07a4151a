// Which attributes an answer shows: `attributes`, `excludedAttributes` (RFC 7644 §3.9) and each attribute's own
// `returned` (RFC 7643 §7).

import { resolvePath } from './attribute-path.ts';
import { invalidValue } from './errors.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { type Attribute, commonAttributes, findExtension, type ResourceType } from './schema.ts';

/** The attributes shown, by name; for a complex one the sub-attributes shown. */
type Selection = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** What an answer shows of a resource type, settled before the first resource is read. */
export interface Projection {
  readonly core: Selection;
  readonly extensions: ReadonlyMap<string, Selection>;
}

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
  const core = [...commonAttributes, ...type.schema.attributes];
  return {
    core: select(core, undefined, named, only),
    extensions: new Map(
      type.schemaExtensions.map(({ schema }) => [
        schema.id,
        select(schema.attributes, schema.id, named, only),
      ]),
    ),
  };
};

/** Whether an answer shows this core attribute, so that `members` and `groups` are read only when it does. */
export const wants = (projection: Projection, attributeName: string): boolean =>
  projection.core.has(attributeName);

/** The part of `resource` that the projection shows. A complex attribute of which nothing is left is left out. */
export const project = (resource: JsonObject, { core, extensions }: Projection): JsonObject =>
  keep(resource, (name, value) => {
    const extension = extensions.get(name);
    if (extension) return isObject(value) ? orUndefined(pick(value, extension)) : undefined;
    return core.has(name) ? pickValue(value, core.get(name)) : undefined;
  });

const pick = (attributes: JsonObject, selection: Selection): JsonObject =>
  keep(attributes, (name, value) =>
    selection.has(name) ? pickValue(value, selection.get(name)) : undefined,
  );

const pickValue = (value: Json, subNames: ReadonlySet<string> | undefined): Json | undefined => {
  if (!subNames) return value;
  if (!Array.isArray(value)) return pickElement(value, subNames);
  const elements = value
    .map((element) => pickElement(element, subNames))
    .filter((kept) => kept !== undefined);
  return elements.length > 0 || value.length === 0 ? elements : undefined;
};

const pickElement = (element: Json, subNames: ReadonlySet<string>): Json | undefined =>
  isObject(element)
    ? orUndefined(keep(element, (name, value) => (subNames.has(name) ? value : undefined)))
    : element;

const orUndefined = (object: JsonObject) => (Object.keys(object).length > 0 ? object : undefined);

/** `object` with what `choose` makes of each member; `Object.fromEntries` makes `__proto__` a member like any other. */
const keep = (object: JsonObject, choose: (name: string, value: Json) => Json | undefined): JsonObject => {
  const members: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    const kept = choose(name, value);
    if (kept !== undefined) members.push([name, kept]);
  }
  return Object.fromEntries(members);
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
  const selection = new Map<string, ReadonlySet<string> | undefined>();
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
    selection.set(attribute.name, attribute.subAttributes && new Set(shownSubs.map(({ name }) => name)));
  }
  return selection;
};

const isShown = ({ returned }: Attribute, isNamed: boolean, only: boolean): boolean => {
  if (returned === 'always' || returned === 'never') return returned === 'always';
  return returned === 'request' ? only && isNamed : only === isNamed;
};
