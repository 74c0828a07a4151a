// The Lambda function behind whatever the gateway has no path of its own for: the resource types that tenants define, the
// search over all types, collections in another case or behind a doubled slash, and paths that lead nowhere.

import { routesOf, withBody } from '../http/resource-routes.ts';
import { scimHandler } from '../http/scim-handler.ts';
import { collectionsOf, serviceOf } from '../resources/collections.ts';
import { searchEverything } from '../resources/search/search-everything.ts';

export const handler = scimHandler({
  'POST /.search': async (request) => {
    const call = withBody(request);
    const collections = await collectionsOf(call.tenant.id);
    const searches = await Promise.all(collections.map((name) => serviceOf(name).searchIn(call)));
    return { status: 200, body: await searchEverything(searches, call.body) };
  },
  ...routesOf('/{collection}'),
});
