// JSON as SCIM messages carry it (RFC 7643 §2.3).

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether `value` is a JSON object: not null, not a list. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object's own value under `name`, never one of its prototype: names may come from a client. */
export const ownValue = (container: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(container, name) ? container[name] : undefined;

/** The key of `object` that spells `name`, case-insensitively (RFC 7643 §2.1). */
export const keyNamed = (object: JsonObject, name: string): string | undefined => {
  if (Object.hasOwn(object, name)) return name;
  const lowerName = name.toLowerCase();
  return Object.keys(object).find((candidate) => candidate.toLowerCase() === lowerName);
};

/** The value under `name`, case-insensitively. */
export const valueNamed = (object: JsonObject, name: string): Json | undefined => {
  const key = keyNamed(object, name);
  return key === undefined ? undefined : object[key];
};

/** Whether two values are equal, regardless of the order of object keys. */
export const equalValues = (one: Json | undefined, other: Json | undefined): boolean => {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((element, index) => equalValues(element, other[index]))
    );
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && equalValues(one[name], other[name]))
  );
};

/** Whether `value` contains more than `limit` objects, lists and simple values, at any depth. */
export const exceedsValueLimit = (value: Json, limit: number): boolean => {
  const found: Json[] = [value];
  for (let at = 0; at < found.length; at += 1) {
    const inside = found[at];
    if (typeof inside !== 'object' || inside === null) continue;
    for (const next of Object.values(inside)) if (found.push(next) > limit) return true;
  }
  return false;
};

/** Whether objects and lists nest deeper than `levels` in `value`. */
export const isDeeperThan = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1)));

/**
 * Whether every string and every key in `value` is well-formed Unicode. JSON can escape a lone surrogate ("\ud800"), which
 * UTF-8 cannot encode, so neither the table nor a response could carry it (RFC 7493 §2.1).
 */
export const isWellFormed = (value: unknown): boolean => {
  if (typeof value === 'string') return value.isWellFormed();
  if (Array.isArray(value)) return value.every(isWellFormed);
  return (
    !isObject(value) ||
    Object.entries(value).every(([name, inner]) => name.isWellFormed() && isWellFormed(inner))
  );
};

/** What neither the table nor a response can carry, and where it is: `emails[0].value`. */
export interface Unkeepable {
  readonly kind: 'text' | 'number';
  /** For a key that is not well-formed, the place of its object. */
  readonly place: string;
}

/**
 * The first string or key in `value` that is not well-formed Unicode, or number that is not finite: JSON.parse reads 1e400 as
 * Infinity. Undefined when there is none. Every body is searched, so a place is only written where something is found.
 */
export const findUnkeepable = (value: Json): Unkeepable | undefined => {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : { kind: 'text', place: '' };
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { kind: 'number', place: '' };
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [name, inner] of Object.entries(value)) {
    if (!name.isWellFormed()) return { kind: 'text', place: '' };
    const found = findUnkeepable(inner);
    if (found) return { kind: found.kind, place: placeIn(isList ? `[${name}]` : name, found.place) };
  }
  return undefined;
};

const placeIn = (outer: string, inner: string): string =>
  inner === '' || inner.startsWith('[') ? outer + inner : `${outer}.${inner}`;

/** The first name in `value`, however deep, that `isSought`. */
export const findName = (value: Json, isSought: (name: string) => boolean): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = isSought(name) ? name : findName(inner, isSought);
    if (found !== undefined) return found;
  }
  return undefined;
};
