// The Lambda function behind everything that describes the service.

import { discoveryRoutes } from '../http/discovery-routes.ts';
import { scimHandler } from '../http/scim-handler.ts';

export const handler = scimHandler(discoveryRoutes);
