// The Lambda function behind every path without a route of its own in the gateway: custom resource types, the search across
// all types, and unknown paths. Also any other endpoint in another case, or after a doubled slash because the Tenant URL was
// pasted with a trailing one: to the gateway those are different paths.

import { bulkRoutes } from '../http/bulk-routes.ts';
import { discoveryRoutes } from '../http/discovery-routes.ts';
import { requireBody, routesOf } from '../http/resource-routes.ts';
import { type RouteTable, scimHandler } from '../http/scim-handler.ts';
import { recordBulk } from '../log/record.ts';
import { collectionsOf, serviceOf } from '../resources/collections.ts';
import { searchEverything } from '../resources/search/search-everything.ts';

const routes: RouteTable = {
  'POST /.search': async (request) => {
    const call = requireBody(request);
    const collections = await collectionsOf(call.tenant.id);
    const searches = await Promise.all(collections.map((name) => serviceOf(name).searchIn(call)));
    return { status: 200, body: await searchEverything(searches, call.body) };
  },
  ...bulkRoutes,
  ...discoveryRoutes,
  ...routesOf('/{collection}'),
};

/** Answers API Gateway's proxy events for all other paths. */
export const handler = scimHandler(routes, recordBulk);
