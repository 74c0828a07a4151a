// The Lambda function behind the resource types that tenants define, and behind paths that lead nowhere.

import { customResources } from '../directory/custom-resources.ts';
import { type Route, scimEndpoint } from '../http/endpoint.ts';
import { resourceRoutes } from '../http/resource-routes.ts';

type Verb = keyof ReturnType<typeof resourceRoutes>;

const route =
  (verb: Verb): Route =>
  (request, id) =>
    resourceRoutes(customResources(request.path[0] ?? ''))[verb](request, id);

export const handler = scimEndpoint({
  'GET /{collection}': route('list'),
  'POST /{collection}': route('create'),
  'POST /{collection}/.search': route('search'),
  'GET /{collection}/{id}': route('read'),
  'PUT /{collection}/{id}': route('replace'),
  'PATCH /{collection}/{id}': route('patch'),
  'DELETE /{collection}/{id}': route('remove'),
});
