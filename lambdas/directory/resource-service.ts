// The methods of RFC 7644 §3 for a resource type whose values are all stored with the resource, but perhaps for one
// attribute that memberships make.

import type { Tenant } from '../tenants/tenant.ts';
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
import { describeChange } from './resource-change.ts';
import {
  changeResource,
  newResource,
  removeResource,
  requireResource,
  storeNewResource,
} from './resources.ts';
import { searchResources } from './search.ts';
import { type TenantTypes, typesOf } from './tenant-types.ts';

/** Query parameters by name, decoded. */
export type Parameters = Readonly<Record<string, string | undefined>>;

/** What the attributes become that a client leaves out of POST (without `current`) or PUT (RFC 7644 §3.5.1). */
export type Defaults = (current?: JsonObject) => JsonObject;

/** `select` finds the type among the tenant's own; it throws 404 where a tenant may lack it. */
export const resourceService = (
  select: (types: TenantTypes) => ResourceType,
  computed?: ComputedAttribute,
  defaults: Defaults = () => ({}),
) => {
  const typeFor = async ({ id }: Tenant) => select(await typesOf(id));
  const show = (tenant: Tenant, type: ResourceType, stored: StoredResource, projection: Projection) =>
    showResource(tenant, type, stored, projection, computed);
  /** Shows what `write` left. A request for what cannot be shown is refused before anything is written. */
  const showWritten = async (
    tenant: Tenant,
    type: ResourceType,
    parameters: Parameters,
    write: () => Promise<{ readonly before?: StoredResource; readonly after: StoredResource }>,
  ): Promise<Representation> => {
    const { projection } = parseQuery(parameters, type);
    const { before, after } = await write();
    const change = describeChange(type, before, after);
    return { ...(await show(tenant, type, after, projection)), change };
  };

  return {
    create: async (tenant: Tenant, body: JsonObject, parameters: Parameters) => {
      const type = await typeFor(tenant);
      const attributes = { ...defaults(), ...parseResource(readResourceBody(body, type), type) };
      return showWritten(tenant, type, parameters, async () => ({
        after: await storeNewResource(tenant.id, type, newResource(attributes)),
      }));
    },

    read: async (tenant: Tenant, id: string, parameters: Parameters) => {
      const type = await typeFor(tenant);
      const { projection } = parseQuery(parameters, type);
      return show(tenant, type, await requireResource(tenant.id, type, id), projection);
    },

    list: async (tenant: Tenant, parameters: Parameters) => {
      const type = await typeFor(tenant);
      return searchResources(tenant, type, parseQuery(parameters, type), computed);
    },

    search: async (tenant: Tenant, body: JsonObject) => {
      const type = await typeFor(tenant);
      return searchResources(tenant, type, parseSearchRequest(body, type), computed);
    },

    replace: async (
      tenant: Tenant,
      id: string,
      body: JsonObject,
      parameters: Parameters,
      ifMatch?: string,
    ) => {
      const type = await typeFor(tenant);
      const incoming = parseResource(readResourceBody(body, type), type);
      const change = (current: JsonObject) =>
        replaceAttributes(current, { ...defaults(current), ...incoming }, type);
      return showWritten(tenant, type, parameters, () =>
        changeResource(tenant.id, type, id, ifMatch, change),
      );
    },

    patch: async (tenant: Tenant, id: string, body: JsonObject, parameters: Parameters, ifMatch?: string) => {
      const type = await typeFor(tenant);
      const operations = parsePatchRequest(readPatchBody(body, type), type);
      const change = (current: JsonObject) => applyPatch(current, operations, type);
      return showWritten(tenant, type, parameters, () =>
        changeResource(tenant.id, type, id, ifMatch, change),
      );
    },

    remove: async (tenant: Tenant, id: string, ifMatch?: string) => {
      const type = await typeFor(tenant);
      const change = describeChange(type, await removeResource(tenant.id, type, id, ifMatch), undefined);
      return { change };
    },
  };
};

/** The stored resource as the projection shows it; the computed attribute is read only when it is shown. */
export const showResource = async (
  tenant: Tenant,
  type: ResourceType,
  stored: StoredResource,
  projection: Projection,
  computed?: ComputedAttribute,
): Promise<Representation> => {
  const whole = represent(stored, type, tenant.tenantUrl);
  const complete =
    computed && wants(projection, computed.name)
      ? withValues(whole, computed.name, await computed.load(tenant, stored.id, wholeAnswer(computed)))
      : whole;
  return {
    version: stored.version,
    location: locate(tenant.tenantUrl, type.endpoint, stored.id),
    resource: project(complete, projection),
  };
};

const wholeAnswer = ({ name }: ComputedAttribute) =>
  new AnswerBudget(`Leave them out with excludedAttributes=${name}.`);
