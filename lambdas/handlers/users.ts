// The Lambda function behind /Users.

import { routesOf } from '../http/resource-routes.ts';
import { scimHandler } from '../http/scim-handler.ts';

/** Answers API Gateway's proxy events for /Users. */
export const handler = scimHandler(routesOf('/Users'));
