// The Lambda function behind whatever the gateway has no path of its own for: the resource types that tenants define, the
// search over all types, and paths that lead nowhere. And behind everything else as soon as it comes in another case, or
// behind a doubled slash because the Tenant URL was pasted with one at its end: to the gateway both are other paths.

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

export const handler = scimHandler(routes, recordBulk);
