// The Lambda function behind /Bulk.

import { recordBulk } from '../directory/provisioning-log.ts';
import { bulkRoutes } from '../http/bulk-routes.ts';
import { scimHandler } from '../http/scim-handler.ts';

export const handler = scimHandler(bulkRoutes, recordBulk);
