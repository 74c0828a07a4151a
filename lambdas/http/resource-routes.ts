// What the methods of RFC 7644 §3 mean for any resource type; a handler names the paths they stand at.

import type { Tenant } from '../tenants/tenant.ts';
import { invalidSyntax } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { NoContent, Representation } from '../scim/representation.ts';
import { etag, isNotModified } from '../scim/version.ts';
import type { Route } from './endpoint.ts';
import type { ScimRequest, ScimResponse } from './gateway.ts';

/** Query parameters by name, decoded. */
type Parameters = ScimRequest['parameters'];

/** What a resource type can do; directory/ implements it. `ifMatch` is the header of that name. */
export interface ResourceService {
  create(tenant: Tenant, body: JsonObject, parameters: Parameters): Promise<Representation>;
  read(tenant: Tenant, id: string, parameters: Parameters): Promise<Representation>;
  list(tenant: Tenant, parameters: Parameters): Promise<JsonObject>;
  search(tenant: Tenant, body: JsonObject): Promise<JsonObject>;
  replace(
    tenant: Tenant,
    id: string,
    body: JsonObject,
    parameters: Parameters,
    ifMatch: string | undefined,
  ): Promise<Representation>;
  /** NoContent when the answer is better left empty: a group may have 100,000 members. */
  patch(
    tenant: Tenant,
    id: string,
    body: JsonObject,
    parameters: Parameters,
    ifMatch: string | undefined,
  ): Promise<Representation | NoContent>;
  remove(tenant: Tenant, id: string, ifMatch: string | undefined): Promise<NoContent>;
}

/** The routes of a resource type, by verb. */
export const resourceRoutes = (service: ResourceService) =>
  ({
    list: async ({ tenant, parameters }) => ({ status: 200, body: await service.list(tenant, parameters) }),

    search: async (request) => ({
      status: 200,
      body: await service.search(request.tenant, requireBody(request)),
    }),

    create: async (request) => {
      const { tenant, parameters } = request;
      return found(await service.create(tenant, requireBody(request), parameters), 201);
    },

    read: async ({ tenant, parameters, headers }, id) => {
      const representation = await service.read(tenant, id, parameters);
      return isNotModified(headers['if-none-match'], representation.version)
        ? { status: 304, headers: { ETag: etag(representation.version) } }
        : found(representation, 200);
    },

    replace: async (request, id) => {
      const { tenant, parameters, headers } = request;
      return found(
        await service.replace(tenant, id, requireBody(request), parameters, headers['if-match']),
        200,
      );
    },

    patch: async (request, id) => {
      const { tenant, parameters, headers } = request;
      const patched = await service.patch(tenant, id, requireBody(request), parameters, headers['if-match']);
      return patched.resource ? found(patched, 200) : { status: 204, change: patched.change };
    },

    remove: async ({ tenant, headers }, id) => {
      const { change } = await service.remove(tenant, id, headers['if-match']);
      return { status: 204, change };
    },
  }) satisfies Record<string, Route>;

const found = ({ version, location, resource, change }: Representation, status: number): ScimResponse => ({
  status,
  headers: {
    ETag: etag(version),
    ...(status === 201 ? { Location: location } : { 'Content-Location': location }),
  },
  body: resource,
  change,
});

/** The body of a method that cannot do without one. */
export const requireBody = ({ body, method }: ScimRequest): JsonObject => {
  if (!body) throw invalidSyntax('bodyMissing')`${method} needs a body: a JSON object.`;
  return body;
};
