// The Lambda function behind /Bulk.

import { recordBulk } from '../directory/provisioning-log.ts';
import { toScimError } from '../http/scim-errors.ts';
import { scimHandler } from '../http/scim-handler.ts';
import { runBulk } from '../resources/bulk/run-bulk.ts';
import { withWork } from '../resources/work.ts';
import { parseBulkRequest } from '../scim/bulk.ts';

/** Up to so many operations are what identity providers send in turn. */
const MAX_CHEAP_OPERATIONS = 50;

export const handler = scimHandler(
  {
    'POST /Bulk': async ({ requestId, ...call }) => {
      const bulk = parseBulkRequest(call.body);
      const isCostly = bulk.operations.length > MAX_CHEAP_OPERATIONS;
      const done = await withWork({ tenant: call.tenant.id }, isCostly, () =>
        runBulk(call, bulk, (error) => toScimError(error, requestId)),
      );
      return { status: 200, ...done };
    },
  },
  recordBulk,
);
