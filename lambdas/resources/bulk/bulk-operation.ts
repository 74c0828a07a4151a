// One operation of a bulk request, done as a request of its own would be.

import type { BulkOperation, BulkResult } from '../../scim/bulk/bulk.ts';
import { loggable, methodNotAllowed, notFound } from '../../scim/errors/errors.ts';
import { locate, type Representation } from '../../scim/representation.ts';
import { etag } from '../../scim/version.ts';
import type { Call } from '../call.ts';
import { serviceOf } from '../collections.ts';

/** `id` is that of the resource, which a creation has just been given. */
export type Done = BulkResult & { readonly id: string };

/** Whose operation it is. */
export type Caller = Pick<Call, 'tenant' | 'principal'>;

/** The answer is about `location` and `version`; users are spared the look-up of their groups. */
const ONLY_ID = { attributes: 'id' };

/** Does `operation`, whose references are resolved. Throws what the service behind its path throws, or 404, or 405. */
export const doOperation = async (caller: Caller, operation: BulkOperation): Promise<Done> => {
  const { method, path, data, version } = operation;
  const [collection = '', id, ...more] = path;
  if (more.length > 0) throw notFound('noSuchPath')`There is nothing at /${path.join('/')}.`;
  const call: Call = { ...caller, id: id ?? '', body: data, query: ONLY_ID, ifMatch: version };
  const service = serviceOf(collection);
  if (method === 'POST') {
    if (id !== undefined) {
      throw methodNotAllowed('bulkPathOfResource')`POST takes the path of a collection: /${collection}.`;
    }
    const created = await service.create({ ...call, ifMatch: undefined });
    return { id: String(created.resource.id), ...describe(201, created) };
  }
  if (id === undefined) {
    throw methodNotAllowed(
      'bulkPathOfCollection',
    )`${loggable(method)} takes the path of one resource: /${collection}/{id}.`;
  }
  switch (method) {
    case 'PUT':
      return { id, ...describe(200, await service.replace(call)) };
    case 'PATCH':
      return { id, ...describe(200, await service.patch(call)) };
    default:
      return {
        id,
        ...describe(204, await service.remove(call)),
        location: locate(caller.tenant.tenantUrl, `/${collection}`, id),
      };
  }
};

const describe = (status: number, { location, version, change }: Partial<Representation>): BulkResult => ({
  status,
  location,
  version: version === undefined ? undefined : etag(version),
  change,
});
