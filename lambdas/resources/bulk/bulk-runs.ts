// Which operations of a bulk request may be done at the same time without anybody seeing a difference.

import { readResourceBody } from '../../dialect/dialect.ts';
import type { BulkOperation } from '../../scim/bulk/bulk.ts';
import { ScimError } from '../../scim/errors/errors.ts';
import { parseResource } from '../../scim/resource.ts';
import { allTypes, type TenantTypes } from '../../tenants/types.ts';
import { heldValues } from '../held-values.ts';

/**
 * `operations` cut into runs of at most `size`, to be done one run after the other. Only creations share a run: what an
 * existing resource gives up or is needed for (a userName, a membership) does not show in the operation that changes it.
 * Creations share one when none refers to another of the run and no two want the same unique value, because then the
 * earlier must get it.
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

/** The unique values that a creation wants for itself; one that is going to be refused wants none. */
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
