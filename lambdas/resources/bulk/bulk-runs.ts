// Decides which operations of a bulk request can run concurrently without a visible difference.

import { readResourceBody } from '../../dialect/dialect.ts';
import type { BulkOperation } from '../../scim/bulk/bulk.ts';
import { ScimError } from '../../scim/errors/errors.ts';
import { parseResource } from '../../scim/resource.ts';
import { allTypes, type TenantTypes } from '../../tenants/types.ts';
import { heldValues } from '../held-values.ts';

/**
 * Splits `operations` into runs of at most `size`; the runs are executed one after the other, the operations of a run
 * concurrently. Only creations share a run: an operation on an existing resource does not show what it frees or what depends
 * on it (a userName, a membership). Creations share a run if none references another one in it and no two claim the same
 * unique value, which the earlier one must get.
 */
export const runsOf = (
  operations: readonly BulkOperation[],
  types: TenantTypes,
  size: number,
): BulkOperation[][] => {
  const runs: BulkOperation[][] = [];
  let claimed = new Set<string>();
  for (const operation of operations) {
    const run = runs.at(-1);
    const claims = size > 1 && operation.method === 'POST' ? claimsOf(operation, types) : undefined;
    const joins =
      run !== undefined &&
      run.length < size &&
      run[0]?.method === 'POST' &&
      claims !== undefined &&
      claimed.isDisjointFrom(new Set(claims)) &&
      run.every(({ bulkId = '' }) => !operation.references.has(bulkId));
    if (!joins) claimed = new Set();
    for (const claim of claims ?? []) claimed.add(claim);
    if (joins) run.push(operation);
    else runs.push([operation]);
  }
  return runs;
};

/** The unique values that a creation claims; none if it is going to be refused. */
const claimsOf = ({ path, data }: BulkOperation, types: TenantTypes): string[] => {
  const type = allTypes(types).find(
    ({ endpoint }) => endpoint.toLowerCase() === `/${path.join('/')}`.toLowerCase(),
  );
  if (!type) return [];
  try {
    const attributes = parseResource(readResourceBody(data, type), type);
    return heldValues(type, '', attributes).claims.map(({ key }) => JSON.stringify([type.name, key]));
  } catch (error) {
    if (error instanceof ScimError) return [];
    throw error;
  }
};
