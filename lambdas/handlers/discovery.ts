// The Lambda function behind /Schemas, /ResourceTypes and /ServiceProviderConfig.

import { discoveryRoutes } from '../http/discovery-routes.ts';
import { scimHandler } from '../http/scim-handler.ts';

/** Answers API Gateway's proxy events for the discovery endpoints (RFC 7644 §4). */
export const handler = scimHandler(discoveryRoutes);
