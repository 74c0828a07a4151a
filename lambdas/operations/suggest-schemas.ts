// Suggests schemas for the extensions that clients send although the tenant has not declared them.

import { Reader } from '../resources/reader.ts';
import { asInstant } from '../scim/filter/comparison.ts';
import { isObject, type Json, type JsonObject } from '../scim/json.ts';
import type { AttributeType, ResourceType } from '../scim/schemas/schema.ts';
import { undeclaredKeys } from '../scim/schemas/undeclared.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { allTypes, typesOf } from '../tenants/types.ts';

/** An attribute as `schema add` takes it. */
export interface SuggestedAttribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued?: true;
  readonly subAttributes?: readonly SuggestedAttribute[];
}

/** A definition as `schema add` takes it. */
export interface SuggestedSchema {
  readonly schema: {
    readonly id: string;
    readonly name: string;
    readonly attributes: readonly SuggestedAttribute[];
  };
  readonly extends: string;
}

/** What was seen of an attribute, or of a part of one. */
interface Seen {
  readonly name: string;
  readonly types: Set<AttributeType>;
  isList: boolean;
  readonly parts: Map<string, Seen>;
}

/**
 * A schema for each undeclared extension of a resource type, by type and URN, with the types that fit every value stored.
 * Reads all resources of the tenant. An attribute whose values have several types is text.
 */
export const suggestSchemas = async (tenant: Incarnation): Promise<readonly SuggestedSchema[]> => {
  const suggested: SuggestedSchema[] = [];
  for (const type of allTypes(await typesOf(tenant))) {
    const extensions = new Map<string, { readonly urn: string; readonly attributes: Map<string, Seen> }>();
    for await (const page of new Reader(tenant).walk(type)) {
      for (const { attributes } of page) {
        for (const urn of undeclaredKeys(attributes, type)) {
          const extension = extensions.get(urn.toLowerCase()) ?? { urn, attributes: new Map() };
          extensions.set(urn.toLowerCase(), extension);
          noteParts(extension.attributes, shownOf(attributes, urn, type));
        }
      }
    }
    const byUrn = [...extensions.values()].sort((one, other) => (one.urn < other.urn ? -1 : 1));
    for (const { urn, attributes } of byUrn) {
      if (attributes.size === 0) continue;
      const schema = { id: urn, name: nameOf(urn), attributes: describeAll(attributes) };
      suggested.push({ schema, extends: type.name });
    }
  }
  return suggested;
};

/** Without what a removed schema never returned: a suggestion would not say so, and return it again. */
const shownOf = (attributes: JsonObject, urn: string, { neverReturned }: ResourceType): JsonObject =>
  Object.fromEntries(
    Object.entries(attributes[urn] ?? {}).filter(
      ([name]) => !neverReturned?.has(`${urn}:${name}`.toLowerCase()),
    ),
  );

/** `Badge` for `urn:acme:scim:Badge:2.0:User`: the last segment that is neither a version nor the type's. */
const nameOf = (urn: string): string => {
  const segments = urn.split(':').slice(2);
  const isName = (segment: string) => !/^[\d.]*(?:user|group)?$/i.test(segment);
  return segments.filter(isName).at(-1) ?? urn;
};

const noteParts = (seen: Map<string, Seen>, value: Json): void => {
  for (const [name, part] of isObject(value) ? Object.entries(value as JsonObject) : []) {
    const known = seen.get(name.toLowerCase()) ?? { name, types: new Set(), isList: false, parts: new Map() };
    seen.set(name.toLowerCase(), known);
    if (Array.isArray(part)) known.isList = true;
    for (const element of Array.isArray(part) ? part : [part]) {
      known.types.add(typeOf(element));
      noteParts(known.parts, element);
    }
  }
};

const typeOf = (value: Json): AttributeType => {
  if (isObject(value)) return 'complex';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'decimal';
  return asInstant(value) === undefined ? 'string' : 'dateTime';
};

const describeAll = (seen: ReadonlyMap<string, Seen>, isPart = false): SuggestedAttribute[] =>
  [...seen.values()]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, types, isList, parts }) => {
      const type = commonType(types);
      // A part of a complex attribute has no parts of its own (RFC 7643 §2.3.8).
      const isComplex = type === 'complex' && !isPart && parts.size > 0;
      return {
        name,
        type: type === 'complex' && !isComplex ? 'string' : type,
        ...(isList && { multiValued: true }),
        ...(isComplex && { subAttributes: describeAll(parts, true) }),
      };
    });

const commonType = (types: ReadonlySet<AttributeType>): AttributeType => {
  const [only, ...others] = types;
  if (only !== undefined && others.length === 0) return only;
  const areNumbers = [...types].every((type) => type === 'integer' || type === 'decimal');
  return areNumbers ? 'decimal' : 'string';
};
