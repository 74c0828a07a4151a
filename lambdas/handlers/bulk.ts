// The Lambda function behind /Bulk.

import { bulkRoutes } from '../http/bulk-routes.ts';
import { scimHandler } from '../http/scim-handler.ts';
import { recordBulk } from '../log/record.ts';

/** Answers API Gateway's proxy events for /Bulk. */
export const handler = scimHandler(bulkRoutes, recordBulk);
