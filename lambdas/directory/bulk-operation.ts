// One operation of a bulk request, done as a request of its own would be.

import type { Tenant } from '../platform/tenant.ts';
import type { BulkOperation, BulkResult } from '../scim/bulk.ts';
import { methodNotAllowed, notFound, word } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { locate, type Representation } from '../scim/representation.ts';
import { etag } from '../scim/version.ts';
import { customResources } from './custom-resources.ts';
import { groups } from './groups.ts';
import { users } from './users.ts';

/** `id` is that of the resource, which a creation has just been given. */
export type Done = BulkResult & { readonly id: string };

/** The answer is about `location` and `version`; users are spared the look-up of their groups. */
const ONLY_ID = { attributes: 'id' };

/** Does `operation`, whose references are resolved. Throws what the service behind its path throws, or 404, or 405. */
export const doOperation = async (tenant: Tenant, operation: BulkOperation): Promise<Done> => {
  const { method, path, data } = operation;
  const [collection = '', id, ...more] = path;
  if (more.length > 0) throw notFound('noSuchPath')`There is nothing at /${path.join('/')}.`;
  if (method === 'POST') {
    if (id !== undefined)
      throw methodNotAllowed('bulkPathOfResource')`POST takes the path of a collection: /${collection}.`;
    return create(tenant, collection, data);
  }
  if (id === undefined) {
    throw methodNotAllowed(
      'bulkPathOfCollection',
    )`${word(method)} takes the path of one resource: /${collection}/{id}.`;
  }
  return change(tenant, operation, collection, id);
};

const create = async (tenant: Tenant, collection: string, data: JsonObject): Promise<Done> => {
  const created = await serviceOf(collection).create(tenant, data, ONLY_ID);
  return { id: String(created.resource.id), ...describe(201, created) };
};

const change = async (
  tenant: Tenant,
  { method, data, version }: BulkOperation,
  collection: string,
  id: string,
): Promise<Done> => {
  const service = serviceOf(collection);
  switch (method) {
    case 'PUT':
      return { id, ...describe(200, await service.replace(tenant, id, data, ONLY_ID, version)) };
    case 'PATCH':
      return { id, ...describe(200, await service.patch(tenant, id, data, ONLY_ID, version)) };
    default:
      return {
        id,
        ...describe(204, await service.remove(tenant, id, version)),
        location: locate(tenant.tenantUrl, `/${collection}`, id),
      };
  }
};

const serviceOf = (collection: string): typeof groups => {
  if (collection === 'Users') return users;
  return collection === 'Groups' ? groups : customResources(collection);
};

const describe = (status: number, { location, version, change }: Partial<Representation>): BulkResult => ({
  status,
  location,
  version: version === undefined ? undefined : etag(version),
  change,
});
