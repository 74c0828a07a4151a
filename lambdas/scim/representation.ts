// The SCIM representation of a resource: its attributes with `schemas`, `id`, `meta` (RFC 7643 §3) and `$ref` URIs.

import type { Change } from './change.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { type Attribute, findExtension, type ResourceType } from './schemas/schema.ts';
import { undeclaredKeys } from './schemas/undeclared.ts';
import { etag } from './version.ts';

/** The stored state of a resource that its representation is built from. */
export interface ResourceState {
  readonly id: string;
  /** Counts up from 1 with every change. */
  readonly version: number;
  /** In milliseconds since the epoch, as is `lastModified`. */
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly attributes: JsonObject;
}

/** A resource as a response shows it, with the values of its headers. */
export interface Representation {
  readonly version: number;
  readonly location: string;
  /** After projection. */
  readonly resource: JsonObject;
  /** Whether it shows facets, such as members, which change without a new version of the resource. */
  readonly showsFacets: boolean;
  /** What the request changed; undefined if nothing. */
  readonly change?: Change | undefined;
}

/** A response without a body (204). */
export type NoContent = Pick<Representation, 'change'> & { readonly resource?: undefined };

/** The absolute URI of a resource: `endpoint` is that of its type, such as `/Users`. */
export const locate = (tenantUrl: string, endpoint: string, id: string) =>
  `${tenantUrl}${endpoint}/${encodeURIComponent(id)}`;

/** The whole resource, before projection. */
export const represent = (resource: ResourceState, type: ResourceType, tenantUrl: string): JsonObject => {
  const attributes = withReferences(withoutHidden(resource.attributes, type), type, tenantUrl);
  const declared = type.schemaExtensions.map(({ schema }) => schema.id).filter((id) => id in attributes);
  const extensions = [...declared, ...undeclaredKeys(attributes, type)];
  return {
    schemas: [type.schema.id, ...extensions],
    id: resource.id,
    ...attributes,
    meta: {
      resourceType: type.name,
      created: new Date(resource.createdAtMs).toISOString(),
      lastModified: new Date(resource.modifiedAtMs).toISOString(),
      location: locate(tenantUrl, type.endpoint, resource.id),
      version: etag(resource.version),
    },
  };
};

/** Without what a removed schema never returned: neither answers nor filters may show it. */
const withoutHidden = (attributes: JsonObject, type: ResourceType): JsonObject => {
  const { neverReturned } = type;
  if (!neverReturned) return attributes;
  const shown = undeclaredKeys(attributes, type).flatMap((key) => {
    const parts = Object.entries(attributes[key] ?? {}).filter(
      ([name]) => !neverReturned.has(`${key}:${name}`.toLowerCase()),
    );
    return parts.length > 0 ? [[key, Object.fromEntries(parts)] as const] : [];
  });
  const declared = Object.entries(attributes).filter(
    ([key]) => !key.includes(':') || findExtension(type, key),
  );
  return Object.fromEntries([...declared, ...shown]);
};

const endpoints: Readonly<Record<string, string>> = { User: '/Users', Group: '/Groups' };

/**
 * Derives each `$ref` from the `value` beside it. A `$ref` from a client is ignored: it may name another server, and
 * Entra sends null.
 */
const withReferences = (attributes: JsonObject, type: ResourceType, tenantUrl: string): JsonObject => {
  let filled = fillReferences(attributes, type.schema.attributes, tenantUrl);
  for (const { schema } of type.schemaExtensions) {
    const extension = filled[schema.id];
    if (!isObject(extension)) continue;
    const filledExtension = fillReferences(extension, schema.attributes, tenantUrl);
    if (filledExtension !== extension) filled = { ...filled, [schema.id]: filledExtension };
  }
  return filled;
};

const fillReferences = (
  values: JsonObject,
  attributes: readonly Attribute[],
  tenantUrl: string,
): JsonObject => {
  let filled = values;
  for (const [name, endpoint] of referencesAmong(attributes)) {
    const value = values[name];
    if (value === undefined) continue;
    const fill = (element: Json): Json =>
      isObject(element) && typeof element.value === 'string'
        ? { ...element, $ref: locate(tenantUrl, endpoint, element.value) }
        : element;
    filled = { ...filled, [name]: Array.isArray(value) ? value.map(fill) : fill(value) };
  }
  return filled;
};

const references = new WeakMap<readonly Attribute[], readonly (readonly [string, string])[]>();

/** The names of the attributes that refer to resources of one type, with its endpoint. Computed once for each schema. */
const referencesAmong = (attributes: readonly Attribute[]): readonly (readonly [string, string])[] => {
  const known = references.get(attributes);
  if (known) return known;
  const found = attributes.flatMap((attribute) => {
    const endpoint = referencedEndpoint(attribute);
    return endpoint === undefined ? [] : [[attribute.name, endpoint] as const];
  });
  references.set(attributes, found);
  return found;
};

/** The endpoint that an attribute's `$ref` points to, if its schema allows exactly one resource type. */
const referencedEndpoint = ({ subAttributes = [] }: Attribute): string | undefined => {
  const [only, ...others] = subAttributes.find(({ name }) => name === '$ref')?.referenceTypes ?? [];
  return only !== undefined && others.length === 0 ? endpoints[only] : undefined;
};
