// The Lambda function behind /Groups.

import { admit } from '../directory/admission.ts';
import { groups } from '../directory/groups.ts';
import { record } from '../directory/provisioning-log.ts';
import { scimEndpoint } from '../http/endpoint.ts';
import { resourceRoutes } from '../http/resource-routes.ts';

const { list, create, search, read, replace, patch, remove } = resourceRoutes(groups);

export const handler = scimEndpoint(admit, record, {
  'GET /Groups': list,
  'POST /Groups': create,
  'POST /Groups/.search': search,
  'GET /Groups/{id}': read,
  'PUT /Groups/{id}': replace,
  'PATCH /Groups/{id}': patch,
  'DELETE /Groups/{id}': remove,
});
