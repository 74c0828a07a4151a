// The Lambda function behind /Bulk.

import { admit } from '../directory/admission.ts';
import { runBulk } from '../directory/bulk.ts';
import { recordBulk } from '../directory/provisioning-log.ts';
import { scimEndpoint } from '../http/endpoint.ts';
import { toScimError } from '../http/scim-errors.ts';
import { parseBulkRequest } from '../scim/bulk.ts';

export const handler = scimEndpoint(admit, recordBulk, {
  'POST /Bulk': async ({ tenant, body = {}, requestId }) => ({
    status: 200,
    ...(await runBulk(tenant, parseBulkRequest(body), (error) => toScimError(error, requestId))),
  }),
});
