// The Lambda function behind /Groups.

import { routesOf } from '../http/resource-routes.ts';
import { scimHandler } from '../http/scim-handler.ts';

/** Answers API Gateway's proxy events for /Groups. */
export const handler = scimHandler(routesOf('/Groups'));
