// The Lambda function behind everything that describes the service, and behind paths that lead nowhere.

import { type Route, scimEndpoint } from '../http/endpoint.ts';
import { forbidden, notFound, notImplemented } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { listResponse } from '../scim/list-response.ts';
import { groupType, userType } from '../scim/resource-types.ts';
import { describeResourceType, describeSchema, serviceProviderConfig } from '../scim/service-provider.ts';

const resourceTypes = [userType, groupType];
const schemas = resourceTypes.flatMap(({ schema, schemaExtensions }) => [
  schema,
  ...schemaExtensions.map((extension) => extension.schema),
]);

/** A filter here would promise what nobody implements: RFC 7644 §4 asks for 403. */
const all = (resources: readonly JsonObject[], parameters: Parameters<Route>[0]['parameters']) => {
  if (parameters.filter !== undefined) throw forbidden('The description of the service cannot be filtered.');
  return { status: 200, body: listResponse({ resources, totalResults: resources.length, startIndex: 1 }) };
};

const one = (resource: JsonObject | undefined, what: string) => {
  if (!resource) throw notFound(`There is no ${what}.`);
  return { status: 200, body: resource };
};

export const handler = scimEndpoint({
  'GET /ServiceProviderConfig': ({ tenant }) => ({
    status: 200,
    body: serviceProviderConfig(tenant.tenantUrl),
  }),
  'GET /ResourceTypes': ({ tenant, parameters }) =>
    all(
      resourceTypes.map((type) => describeResourceType(type, tenant.tenantUrl)),
      parameters,
    ),
  'GET /ResourceTypes/{name}': ({ tenant }, name) => {
    const type = resourceTypes.find((candidate) => candidate.name === name);
    return one(type && describeResourceType(type, tenant.tenantUrl), `resource type ${name}`);
  },
  'GET /Schemas': ({ tenant, parameters }) =>
    all(
      schemas.map((schema) => describeSchema(schema, tenant.tenantUrl)),
      parameters,
    ),
  'GET /Schemas/{urn}': ({ tenant }, urn) => {
    const schema = schemas.find(({ id }) => id.toLowerCase() === urn.toLowerCase());
    return one(schema && describeSchema(schema, tenant.tenantUrl), `schema ${urn}`);
  },
  'ANY /Me': () => {
    throw notImplemented('The bearer of a secret token is a service, not a person: there is no /Me.');
  },
});
