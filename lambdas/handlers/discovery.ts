// The Lambda function behind everything that describes the service.

import { admit } from '../directory/admission.ts';
import { record } from '../directory/provisioning-log.ts';
import { allTypes, typesOf } from '../directory/tenant-types.ts';
import { scimEndpoint } from '../http/endpoint.ts';
import type { ScimRequest } from '../http/gateway.ts';
import { forbidden, notFound, notImplemented, type ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { listResponse } from '../scim/list-response.ts';
import type { ResourceType } from '../scim/schema.ts';
import { describeResourceType, describeSchema, serviceProviderConfig } from '../scim/service-provider.ts';

const schemasOf = (types: readonly ResourceType[]) =>
  types.flatMap(({ schema, schemaExtensions }) => [schema, ...schemaExtensions.map((one) => one.schema)]);

const typesFor = async ({ tenant }: ScimRequest) => allTypes(await typesOf(tenant.id));

/** A filter here would promise what nobody implements: RFC 7644 §4 asks for 403. */
const all = (resources: readonly JsonObject[], { parameters }: ScimRequest) => {
  if (parameters.filter !== undefined)
    throw forbidden('descriptionFiltered')`The description of the service cannot be filtered.`;
  return { status: 200, body: listResponse({ resources, totalResults: resources.length, startIndex: 1 }) };
};

const one = (resource: JsonObject | undefined, refusal: () => ScimError) => {
  if (!resource) throw refusal();
  return { status: 200, body: resource };
};

export const handler = scimEndpoint(admit, record, {
  'GET /ServiceProviderConfig': ({ tenant }) => ({
    status: 200,
    body: serviceProviderConfig(tenant.tenantUrl),
  }),
  'GET /ResourceTypes': async (request) =>
    all(
      (await typesFor(request)).map((type) => describeResourceType(type, request.tenant.tenantUrl)),
      request,
    ),
  'GET /ResourceTypes/{name}': async (request, name) => {
    const type = (await typesFor(request)).find((candidate) => candidate.name === name);
    return one(
      type && describeResourceType(type, request.tenant.tenantUrl),
      () => notFound('noSuchResourceType')`There is no resource type ${name}.`,
    );
  },
  'GET /Schemas': async (request) =>
    all(
      schemasOf(await typesFor(request)).map((schema) => describeSchema(schema, request.tenant.tenantUrl)),
      request,
    ),
  'GET /Schemas/{urn}': async (request, urn) => {
    const schema = schemasOf(await typesFor(request)).find(
      ({ id }) => id.toLowerCase() === urn.toLowerCase(),
    );
    return one(
      schema && describeSchema(schema, request.tenant.tenantUrl),
      () => notFound('noSuchSchema')`There is no schema ${urn}.`,
    );
  },
  'ANY /Me': () => {
    throw notImplemented('noMe')`The bearer of a secret token is a service, not a person: there is no /Me.`;
  },
});
