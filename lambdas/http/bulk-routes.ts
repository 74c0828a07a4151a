// The route of bulk requests (RFC 7644 §3.7).

import { runBulk } from '../resources/bulk/run-bulk.ts';
import { withTenantSlot } from '../resources/limits/tenant-slots.ts';
import { parseBulkRequest } from '../scim/bulk/bulk.ts';
import { toScimError } from './scim-errors.ts';
import type { RouteTable } from './scim-handler.ts';

/** A bulk request of up to this size does not count as costly: identity providers send these one after another. */
const MAX_CHEAP_OPERATIONS = 50;

/** `POST /Bulk`. */
export const bulkRoutes: RouteTable = {
  'POST /Bulk': async ({ requestId, ...call }) => {
    const bulk = parseBulkRequest(call.body, call.tenant.tenantUrl);
    const isCostly = bulk.operations.length > MAX_CHEAP_OPERATIONS;
    const done = await withTenantSlot(call.tenant.id, isCostly, () =>
      runBulk(call, bulk, (error) => toScimError(error, requestId)),
    );
    return { status: 200, ...done };
  },
};
