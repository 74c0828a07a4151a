// The routes of a collection: the methods of RFC 7644 §3.

import { serviceOf } from '../resources/collections.ts';
import { invalidSyntax, loggable } from '../scim/errors/errors.ts';
import type { NoContent, Representation } from '../scim/representation.ts';
import { etag, isNotModified } from '../scim/version.ts';
import type { ScimRequest, ScimResponse } from './gateway.ts';
import type { RouteTable } from './scim-handler.ts';

/** The routes below `path`: `/Users`, `/Groups`, or `/{collection}` for a tenant's own types. */
export const routesOf = (path: string): RouteTable => ({
  [`GET ${path}`]: async (request) => ({ status: 200, body: await serviceAt(request).list(request) }),

  [`POST ${path}`]: async (request) => found(await serviceAt(request).create(requireBody(request)), 201),

  [`POST ${path}/.search`]: async (request) => ({
    status: 200,
    body: await serviceAt(request).search(requireBody(request)),
  }),

  [`GET ${path}/{id}`]: async (request) => {
    const representation = await serviceAt(request).read(request);
    // The version does not show whether the members of a group, or the groups of a user, have changed.
    const isKnown =
      !representation.showsFacets && isNotModified(request.headers['if-none-match'], representation.version);
    return isKnown
      ? { status: 304, headers: { ETag: etag(representation.version) } }
      : found(representation, 200);
  },

  [`PUT ${path}/{id}`]: async (request) => changed(await serviceAt(request).replace(requireBody(request))),

  [`PATCH ${path}/{id}`]: async (request) => changed(await serviceAt(request).patch(requireBody(request))),

  [`DELETE ${path}/{id}`]: async (request) => changed(await serviceAt(request).remove(request)),
});

const serviceAt = ({ path }: ScimRequest) => serviceOf(path[0] ?? '');

const changed = (result: Representation | NoContent): ScimResponse =>
  result.resource ? found(result, 200) : { status: 204, change: result.change };

const found = ({ version, location, resource, change }: Representation, status: number): ScimResponse => ({
  status,
  headers: {
    ETag: etag(version),
    'Content-Location': location,
    ...(status === 201 && { Location: location }),
  },
  body: resource,
  change,
});

/** The request, if it has a body; throws invalidSyntax if not. */
export const requireBody = (request: ScimRequest): ScimRequest => {
  if (!request.hasBody) {
    throw invalidSyntax('bodyMissing')`${loggable(request.method)} needs a body: a JSON object.`;
  }
  return request;
};
