// Executes one operation of a bulk request like a separate request.

import type { BulkOperation, BulkResult } from '../../scim/bulk/bulk.ts';
import { loggable, methodNotAllowed, notFound } from '../../scim/errors/errors.ts';
import { locate, type Representation } from '../../scim/representation.ts';
import { etag } from '../../scim/version.ts';
import type { Call } from '../call.ts';
import { serviceOf } from '../collections.ts';

/** The result of an operation that succeeded; `id` is that of the resource, also of a new one. */
export type CompletedOperation = BulkResult & { readonly id: string };

/** Who sent the bulk request. */
export type Caller = Pick<Call, 'tenant' | 'principal' | 'memberBudget'>;

/** The response needs only `location` and `version`, so facets are not read. */
const ONLY_ID = { attributes: 'id' };

/** Executes `operation`, whose references are resolved. Throws like the resource service, or notFound or methodNotAllowed. */
export const executeOperation = async (
  caller: Caller,
  operation: BulkOperation,
): Promise<CompletedOperation> => {
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
    case 'DELETE':
      return {
        id,
        ...describe(204, await service.remove(call)),
        location: locate(caller.tenant.tenantUrl, `/${collection}`, id),
      };
    default:
      throw operation.refusal ?? new Error('The operation has an unknown method.');
  }
};

const describe = (status: number, { location, version, change }: Partial<Representation>): BulkResult => ({
  status,
  location,
  version: version === undefined ? undefined : etag(version),
  change,
});
