// The Lambda function behind the resource types that tenants define, behind the search over all types, and behind paths
// that lead nowhere.

import { admit } from '../directory/admission.ts';
import { customResources } from '../directory/custom-resources.ts';
import { record } from '../directory/provisioning-log.ts';
import { searchEverything } from '../directory/search-everything.ts';
import { type Route, scimEndpoint } from '../http/endpoint.ts';
import { requireBody, resourceRoutes } from '../http/resource-routes.ts';

type Verb = keyof ReturnType<typeof resourceRoutes>;

const route =
  (verb: Verb): Route =>
  (request, id) =>
    resourceRoutes(customResources(request.path[0] ?? ''))[verb](request, id);

const searchAll: Route = async (request) => ({
  status: 200,
  body: await searchEverything(request.tenant, requireBody(request)),
});

export const handler = scimEndpoint(admit, record, {
  'POST /.search': searchAll,
  'GET /{collection}': route('list'),
  'POST /{collection}': route('create'),
  'POST /{collection}/.search': route('search'),
  'GET /{collection}/{id}': route('read'),
  'PUT /{collection}/{id}': route('replace'),
  'PATCH /{collection}/{id}': route('patch'),
  'DELETE /{collection}/{id}': route('remove'),
});
