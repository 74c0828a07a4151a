// Moves every attribute in a POST or PUT body to its place in the schema.

import type { Json, JsonObject } from '../scim/json.ts';
import { isObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { flattenKeys, readName, schemaOf } from './attribute-keys.ts';
import { readValue } from './typed-value.ts';

/**
 * The attributes of `body`. Extensions need not be listed in `schemas` (Entra does not list custom ones). An extension's
 * attribute at the top level (`manager` in Entra's samples) is moved into the extension unless it is there already.
 * `name.givenName` is merged into `name`. Unknown attributes are dropped: an error would keep the whole user out.
 */
export const readAttributes = (body: JsonObject, type: ResourceType): JsonObject => {
  const core = new Map<string, Json>();
  const extensions = new Map<string, Map<string, Json>>();
  const places = flattenKeys(body, type).flatMap(([key, value]) => {
    const name = readName(key, type);
    return typeof name === 'string' || name.hasFilter
      ? []
      : [{ ...name.path, value, isBare: !key.includes(':') }];
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
    ([key, value]) => value !== '' && schemaOf(key, type) && !isObject(value),
  );
  return Object.fromEntries([
    ...core,
    ...[...extensions].map(([urn, attributes]): [string, Json] => [urn, Object.fromEntries(attributes)]),
    ...malformed,
  ]);
};
