// The Lambda function behind /Users.

import { admit } from '../directory/admission.ts';
import { record } from '../directory/provisioning-log.ts';
import { users } from '../directory/users.ts';
import { scimEndpoint } from '../http/endpoint.ts';
import { resourceRoutes } from '../http/resource-routes.ts';

const { list, create, search, read, replace, patch, remove } = resourceRoutes(users);

export const handler = scimEndpoint(admit, record, {
  'GET /Users': list,
  'POST /Users': create,
  'POST /Users/.search': search,
  'GET /Users/{id}': read,
  'PUT /Users/{id}': replace,
  'PATCH /Users/{id}': patch,
  'DELETE /Users/{id}': remove,
});
