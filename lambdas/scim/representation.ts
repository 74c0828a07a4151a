// A resource as SCIM shows it: `schemas`, `id` and `meta` around the attributes (RFC 7643 §3), and URIs for references.

import type { Change } from './change.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Attribute, ResourceType } from './schemas/schema.ts';
import { etag } from './version.ts';

export interface ResourceState {
  readonly id: string;
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly lastModified: number;
  readonly attributes: JsonObject;
}

/** A resource as one client sees it, with what belongs into headers. */
export interface Representation {
  readonly version: number;
  readonly location: string;
  /** Projected. */
  readonly resource: JsonObject;
  /** Whether it shows what other resources decide, such as members: its version does not tell whether that has changed. */
  readonly showsFacets: boolean;
  /** What the request changed; undefined when nothing did, or nothing was asked to. */
  readonly change?: Change | undefined;
}

/** An answer without a body. */
export type NoContent = Pick<Representation, 'change'> & { readonly resource?: undefined };

/** Where a resource of the type `typeName` lives; the tenant URL is absolute, so that locations are too. */
export const locate = (tenantUrl: string, endpoint: string, id: string) =>
  `${tenantUrl}${endpoint}/${encodeURIComponent(id)}`;

/** The whole resource, before any projection. */
export const represent = (resource: ResourceState, type: ResourceType, tenantUrl: string): JsonObject => {
  const attributes = withReferences(resource.attributes, type, tenantUrl);
  const extensions = type.schemaExtensions.map(({ schema }) => schema.id).filter((id) => id in attributes);
  return {
    schemas: [type.schema.id, ...extensions],
    id: resource.id,
    ...attributes,
    meta: {
      resourceType: type.name,
      created: new Date(resource.created).toISOString(),
      lastModified: new Date(resource.lastModified).toISOString(),
      location: locate(tenantUrl, type.endpoint, resource.id),
      version: etag(resource.version),
    },
  };
};

const endpoints: Readonly<Record<string, string>> = { User: '/Users', Group: '/Groups' };

/**
 * Fills in each `$ref` that a `value` beside it implies. Only the value is believed: a client's `$ref` may name another
 * server, and Entra sends null there.
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
  for (const attribute of attributes) {
    const endpoint = referencedEndpoint(attribute);
    const value = values[attribute.name];
    if (endpoint === undefined || value === undefined) continue;
    const fill = (element: Json): Json =>
      isObject(element) && typeof element.value === 'string'
        ? { ...element, $ref: locate(tenantUrl, endpoint, element.value) }
        : element;
    filled = { ...filled, [attribute.name]: Array.isArray(value) ? value.map(fill) : fill(value) };
  }
  return filled;
};

/** The collection that an attribute's `$ref` leads to, when its schema allows exactly one. */
const referencedEndpoint = ({ subAttributes = [] }: Attribute): string | undefined => {
  const [only, ...others] = subAttributes.find(({ name }) => name === '$ref')?.referenceTypes ?? [];
  return only !== undefined && others.length === 0 ? endpoints[only] : undefined;
};
