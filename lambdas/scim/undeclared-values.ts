// The values of undeclared extensions: set as a client sends them, within a bound for each resource.

import { equalValues, isObject, type Json, type JsonObject, keyNamed, ownValue } from './json.ts';
import { findAttribute, findExtension, type ResourceType } from './schemas/schema.ts';
import { splitUndeclared, undeclaredKeys } from './schemas/undeclared.ts';
import { isUnkeepableName } from './unkeepable-names.ts';
import { isStorableNumber } from './values.ts';

/** What all undeclared extensions of one resource may take, as JSON: a few KB, whatever a client sends. */
export const MAX_UNDECLARED_BYTES = 4096;

/** Longer ones are refused by `schema add`. */
const MAX_URN_LENGTH = 150;

/** Deeper values do not fit into an item of the table. */
const MAX_DEPTH = 8;

/** As in `schema add`, so that each attribute that is kept can be declared later. */
const NAME = /^(?:\$ref|[A-Za-z][\w-]{0,63})$/;

/** An operation on undeclared attributes. */
export interface UndeclaredChange {
  readonly op: 'add' | 'replace' | 'remove';
  readonly value?: Json | undefined;
}

/**
 * `attributes` after a change of what `text` names. An object is the whole extension, of which the attributes it names are
 * set; any other value belongs to the attribute after the last colon. null, `""` and `[]` clear, as for declared attributes.
 */
export const setUndeclared = (
  attributes: JsonObject,
  text: string,
  { op, value }: UndeclaredChange,
): JsonObject => {
  const whole = keyLike(attributes, text);
  if (op !== 'remove' && isObject(value)) {
    let extension = objectIn(attributes, whole);
    for (const [name, part] of Object.entries(value)) extension = assignNamed(extension, name, part, op);
    return withKey(attributes, whole, extension);
  }
  const set = op === 'remove' || isCleared(value) ? null : (value ?? null);
  if (set === null && Object.hasOwn(attributes, whole)) return withKey(attributes, whole, {});
  const split = splitUndeclared(text);
  if (!split) return attributes;
  const key = keyLike(attributes, split.urn);
  const extension = objectIn(attributes, key);
  if (split.part === undefined) return withKey(attributes, key, assignNamed(extension, split.name, set, op));
  const name = keyLike(extension, split.name);
  const parts = assignNamed(objectIn(extension, name), split.part, set, op);
  return withKey(attributes, key, assignNamed(extension, name, parts, 'replace'));
};

/** The spelling of `name` that `object` has already, or `name`. */
const keyLike = (object: JsonObject, name: string): string => keyNamed(object, name) ?? name;

const objectIn = (object: JsonObject, key: string): JsonObject => {
  const value = ownValue(object, key);
  return isObject(value) ? value : {};
};

const isCleared = (value: Json | undefined) =>
  value === '' || value === undefined || assigned(value) === undefined;

/** `value` without what is unassigned in it: null, empty lists and objects (RFC 7643 §2.5). */
const assigned = (value: Json): Json | undefined => {
  if (value === null || typeof value !== 'object') return value ?? undefined;
  if (Array.isArray(value)) {
    const elements = value.map(assigned).filter((element) => element !== undefined);
    return elements.length > 0 ? elements : undefined;
  }
  const parts = Object.entries(value).flatMap(([name, part]) => {
    const kept = assigned(part);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return parts.length > 0 ? Object.fromEntries(parts) : undefined;
};

/** The attributes of an undeclared extension in a POST or PUT: those that have a value. */
export const assignedAttributes = (extension: JsonObject): JsonObject | undefined => {
  const given = Object.entries(extension).filter(([, value]) => value !== '');
  const kept = assigned(Object.fromEntries(given));
  return isObject(kept) ? kept : undefined;
};

const assignNamed = (
  object: JsonObject,
  name: string,
  value: Json,
  op: UndeclaredChange['op'],
): JsonObject => {
  const key = keyLike(object, name);
  const before = ownValue(object, key);
  if (isCleared(value)) return op === 'add' && Array.isArray(value) ? object : without(object, key);
  const given = assigned(value) ?? null;
  const appended =
    op === 'add' && Array.isArray(before) && Array.isArray(given)
      ? [...before, ...given.filter((one) => !before.some((known) => equalValues(known, one)))]
      : given;
  return Object.fromEntries([...Object.entries(without(object, key)), [key, appended]]);
};

const without = (object: JsonObject, key: string): JsonObject =>
  Object.hasOwn(object, key)
    ? Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
    : object;

const withKey = (attributes: JsonObject, key: string, extension: JsonObject): JsonObject =>
  Object.keys(extension).length > 0 ? { ...attributes, [key]: extension } : without(attributes, key);

/** What `boundUndeclared` keeps. */
export interface Bounded {
  readonly attributes: JsonObject;
  /** The attributes that did not fit or cannot be stored, such as `urn:acme:Badge:photo`; the others are kept. */
  readonly leftOut: readonly string[];
}

/**
 * `after` with as much of its undeclared extensions as fits into MAX_UNDECLARED_BYTES, or into what they took `before`, when
 * a schema was removed. What does not fit keeps the value that it had.
 */
export const boundUndeclared = (before: JsonObject, after: JsonObject, type: ResourceType): Bounded => {
  const keys = undeclaredKeys(after, type);
  if (keys.length === 0) return { attributes: after, leftOut: [] };
  const limit = Math.max(MAX_UNDECLARED_BYTES, undeclaredBytes(before, type));
  const leftOut: string[] = [];
  const kept = new Map(keys.map((key) => [key, stillThere(objectIn(before, key), objectIn(after, key))]));
  let bytes = 0;
  for (const [key, extension] of kept) bytes += bytesOf(key, extension);
  for (const key of keys) {
    const wanted = objectIn(after, key);
    for (const [name, value] of Object.entries(wanted)) {
      const extension = kept.get(key) ?? {};
      if (equalValues(ownValue(extension, name), value)) continue;
      const next =
        key.length <= MAX_URN_LENGTH && isStorable(name, value, MAX_DEPTH)
          ? assignNamed(extension, name, value, 'replace')
          : extension;
      const nextBytes = bytes - bytesOf(key, extension) + bytesOf(key, next);
      if (next === extension || nextBytes > limit) leftOut.push(`${key}:${name}`);
      else {
        kept.set(key, next);
        bytes = nextBytes;
      }
    }
  }
  const declared = Object.entries(after).filter(([key]) => !kept.has(key));
  const extensions = [...kept].filter(([, extension]) => Object.keys(extension).length > 0);
  return { attributes: Object.fromEntries([...declared, ...extensions]), leftOut };
};

/** The attributes of an extension that are still there afterwards, with the values from before. */
const stillThere = (before: JsonObject, after: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(before).filter(([name]) => Object.hasOwn(after, name)));

/** What the undeclared extensions of a resource take, as JSON. */
export const undeclaredBytes = (attributes: JsonObject, type: ResourceType): number =>
  undeclaredKeys(attributes, type).reduce((sum, key) => sum + bytesOf(key, objectIn(attributes, key)), 0);

const bytesOf = (key: string, extension: JsonObject): number =>
  Object.keys(extension).length === 0 ? 0 : Buffer.byteLength(JSON.stringify({ [key]: extension }));

/**
 * Whether the table can store a value that no schema describes, under this name. `constructor` is not left out but refused
 * with the whole request, as everywhere (`assertStorable`).
 */
const isStorable = (name: string, value: Json, depth: number): boolean => {
  if (isUnkeepableName(name)) return true;
  if (!NAME.test(name) || depth === 0) return false;
  if (typeof value === 'number') return isStorableNumber(value);
  if (Array.isArray(value)) return value.every((element) => isStorable('value', element, depth - 1));
  return (
    !isObject(value) || Object.entries(value).every(([part, inner]) => isStorable(part, inner, depth - 1))
  );
};

/**
 * `incoming` with the undeclared extensions after a PUT: those that it names, even without a value, are replaced; the others
 * stay as in `current`, because most clients send only what their mapping has.
 */
export const replaceUndeclared = (
  current: JsonObject,
  incoming: JsonObject,
  type: ResourceType,
  named: readonly string[],
): JsonObject => {
  const replaced = new Set([...named, ...undeclaredKeys(incoming, type)].map((key) => key.toLowerCase()));
  let after = incoming;
  for (const key of undeclaredKeys(current, type)) {
    const sent = keyLike(incoming, key);
    const before = objectIn(current, key);
    if (!replaced.has(key.toLowerCase())) after = { ...after, [key]: before };
    else if (Object.hasOwn(incoming, sent)) {
      after = { ...without(after, sent), [key]: respell(before, objectIn(incoming, sent)) };
    }
  }
  return after;
};

/** `after` with its names spelled as they are stored: they compare without case. */
const respell = (before: JsonObject, after: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(after).map(([name, value]) => [keyLike(before, name), value]));

/**
 * `attributes` with the names of declared extensions spelled as their schema spells them: values that were kept before the
 * schema was added may have been sent with another case.
 */
export const spelledAsDeclared = (
  attributes: JsonObject,
  type: Pick<ResourceType, 'schemaExtensions'>,
): JsonObject => {
  let spelled = attributes;
  for (const key of Object.keys(attributes)) {
    const schema = key.includes(':') ? findExtension(type, key) : undefined;
    const extension = attributes[key];
    if (!schema || !isObject(extension)) continue;
    const spellingOf = (name: string) => findAttribute(schema.attributes, name)?.name ?? name;
    if (key === schema.id && Object.keys(extension).every((name) => spellingOf(name) === name)) continue;
    const parts = Object.entries(extension).map(([name, value]) => [spellingOf(name), value] as const);
    spelled = { ...without(spelled, key), [schema.id]: Object.fromEntries(parts) };
  }
  return spelled;
};
