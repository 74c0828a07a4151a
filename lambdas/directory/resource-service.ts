// The methods of RFC 7644 §3 for a resource type whose values are all stored with the resource, but for one attribute
// that memberships make.

import type { Tenant } from '../platform/tenant.ts';
import type { JsonObject } from '../scim/json.ts';
import { applyPatch } from '../scim/patch.ts';
import { parsePatchRequest } from '../scim/patch-request.ts';
import { type Projection, project, wants } from '../scim/projection.ts';
import { parseQuery, parseSearchRequest } from '../scim/query.ts';
import { locate, type Representation, represent } from '../scim/representation.ts';
import { parseResource, replaceAttributes } from '../scim/resource.ts';
import type { ResourceType } from '../scim/schema.ts';
import type { StoredResource } from '../store/resources.ts';
import { AnswerBudget, type ComputedAttribute, withValues } from './computed-attribute.ts';
import { readPatchBody, readResourceBody } from './dialect.ts';
import {
  changeResource,
  newResource,
  removeResource,
  requireResource,
  storeNewResource,
} from './resources.ts';
import { searchResources } from './search.ts';

/** Query parameters by name, decoded. */
export type Parameters = Readonly<Record<string, string | undefined>>;

/** What the attributes become that a client leaves out of POST (without `current`) or PUT (RFC 7644 §3.5.1). */
export type Defaults = (current?: JsonObject) => JsonObject;

export const resourceService = (
  type: ResourceType,
  computed: ComputedAttribute,
  defaults: Defaults = () => ({}),
) => {
  const show = (tenant: Tenant, stored: StoredResource, parameters: Parameters) =>
    showResource(tenant, type, stored, parseQuery(parameters, type).projection, computed);

  return {
    create: async (tenant: Tenant, body: JsonObject, parameters: Parameters) => {
      const attributes = { ...defaults(), ...parseResource(readResourceBody(body, type), type) };
      return show(tenant, await storeNewResource(tenant.id, type, newResource(attributes)), parameters);
    },

    read: async (tenant: Tenant, id: string, parameters: Parameters) =>
      show(tenant, await requireResource(tenant.id, type, id), parameters),

    list: (tenant: Tenant, parameters: Parameters) =>
      searchResources(tenant, type, parseQuery(parameters, type), computed),

    search: (tenant: Tenant, body: JsonObject) =>
      searchResources(tenant, type, parseSearchRequest(body, type), computed),

    replace: async (
      tenant: Tenant,
      id: string,
      body: JsonObject,
      parameters: Parameters,
      ifMatch?: string,
    ) => {
      const incoming = parseResource(readResourceBody(body, type), type);
      const change = (current: JsonObject) =>
        replaceAttributes(current, { ...defaults(current), ...incoming }, type);
      return show(tenant, await changeResource(tenant.id, type, id, ifMatch, change), parameters);
    },

    patch: async (tenant: Tenant, id: string, body: JsonObject, parameters: Parameters, ifMatch?: string) => {
      const operations = parsePatchRequest(readPatchBody(body, type), type);
      const change = (current: JsonObject) => applyPatch(current, operations, type);
      return show(tenant, await changeResource(tenant.id, type, id, ifMatch, change), parameters);
    },

    remove: async (tenant: Tenant, id: string, ifMatch?: string) => {
      await removeResource(tenant.id, type, id, ifMatch);
    },
  };
};

/** The stored resource as the projection shows it; the computed attribute is read only when it is shown. */
export const showResource = async (
  tenant: Tenant,
  type: ResourceType,
  stored: StoredResource,
  projection: Projection,
  computed: ComputedAttribute,
): Promise<Representation> => {
  const whole = represent(stored, type, tenant.tenantUrl);
  const budget = new AnswerBudget(`Leave them out with excludedAttributes=${computed.name}.`);
  const complete = wants(projection, computed.name)
    ? withValues(whole, computed.name, await computed.load(tenant, stored.id, budget))
    : whole;
  return {
    version: stored.version,
    location: locate(tenant.tenantUrl, type.endpoint, stored.id),
    resource: project(complete, projection),
  };
};
