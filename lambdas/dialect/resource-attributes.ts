// Moves every attribute in a POST or PUT body to its place in the schema.

import type { Json, JsonObject } from '../scim/json.ts';
import { isObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { isUndeclaredUrn, splitUndeclared } from '../scim/schemas/undeclared.ts';
import { setUndeclared } from '../scim/undeclared-values.ts';
import { flattenKeys, isKept, type LeaveOut, readName, schemaOf, shownName } from './attribute-keys.ts';
import { readObject } from './json-text.ts';
import { readValue } from './typed-value.ts';

/**
 * The attributes of `body`. Extensions need not be listed in `schemas` (Entra does not list custom ones). An extension's
 * attribute at the top level (`manager` in Entra's samples) is moved into the extension unless it is there already.
 * `name.givenName` is merged into `name`. Unknown attributes are left out: an error would keep the whole user out. Extensions
 * that no schema declares are kept as sent.
 */
export const readAttributes = (
  body: JsonObject,
  type: ResourceType,
  leaveOut: LeaveOut = () => {},
): JsonObject => {
  const core = new Map<string, Json>();
  const extensions = new Map<string, Map<string, Json>>();
  const undeclared: [key: string, value: Json][] = [];
  const places = flattenKeys(body, type).flatMap(([key, value]) => {
    const name = readName(key, type);
    if (name === 'foreign' && isKept(key, value, type)) undeclared.push([key, value]);
    else if (typeof name === 'object' && !name.hasFilter) {
      return [{ ...name.path, value, isBare: !key.includes(':') }];
    } else if (schemaOf(key, type) === undefined) leaveOut(shownName(key, type));
    return [];
  });
  const rank = (place: (typeof places)[number]) => (place.subAttribute ? 1 : 0);
  for (const { extension, attribute, subAttribute, value, isBare } of places.toSorted(
    (a, b) => rank(a) - rank(b),
  )) {
    const target = extension === undefined ? core : (extensions.get(extension) ?? new Map<string, Json>());
    if (extension !== undefined) extensions.set(extension, target);
    const present = target.get(attribute.name);
    if (!subAttribute) {
      const isMisplaced = extension !== undefined && isBare;
      if (!isMisplaced || present === undefined) target.set(attribute.name, readValue(attribute, value));
    } else if (!attribute.multiValued) {
      const parts = isObject(present) ? present : {};
      target.set(attribute.name, { ...parts, [subAttribute.name]: readValue(subAttribute, value) });
    }
  }
  const malformed = Object.entries(body).filter(
    ([key, value]) => value !== '' && schemaOf(key, type) && !readObject(value),
  );
  return Object.fromEntries([
    ...core,
    ...[...extensions].map(([urn, attributes]): [string, Json] => [urn, Object.fromEntries(attributes)]),
    ...malformed,
    ...Object.entries(readUndeclared(undeclared, type)),
  ]);
};

/** The undeclared extensions by URN. One that is named without a value is empty: a PUT removes it. */
const readUndeclared = (
  given: readonly (readonly [key: string, value: Json])[],
  type: ResourceType,
): JsonObject => {
  let extensions: JsonObject = {};
  for (const [text, value] of given) extensions = setUndeclared(extensions, text, { op: 'replace', value });
  const known = new Set(Object.keys(extensions).map((key) => key.toLowerCase()));
  const empty = given
    .flatMap(([text, value]) => (isObject(value) ? [text] : [text, splitUndeclared(text)?.urn]))
    .filter((urn) => urn !== undefined && isUndeclaredUrn(urn, type) && !known.has(urn.toLowerCase()));
  return { ...Object.fromEntries(empty.map((urn) => [urn, {}])), ...extensions };
};
