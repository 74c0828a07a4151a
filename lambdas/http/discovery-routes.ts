// The routes of the discovery endpoints (RFC 7644 §4).

import { AnswerBudget, requireFit } from '../resources/limits/answer-budget.ts';
import {
  forbidden,
  loggable,
  notFound,
  notImplemented,
  phrase,
  type ScimError,
} from '../scim/errors/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { listResponse } from '../scim/query/list-response.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { describeResourceType, describeSchema, serviceProviderConfig } from '../scim/service-provider.ts';
import { allTypes, typesOf } from '../tenants/types.ts';
import type { ScimRequest } from './gateway.ts';
import type { RouteTable } from './scim-handler.ts';

const schemasOf = (types: readonly ResourceType[]) =>
  types.flatMap(({ schema, schemaExtensions }) => [schema, ...schemaExtensions.map((one) => one.schema)]);

const typesFor = async ({ tenant }: ScimRequest) => allTypes(await typesOf(tenant.id));

/**
 * A list of discovery resources; `one` is the path of each of them. RFC 7644 §4 demands 403 for a filter. Throws tooMany, because
 * these lists have no pages.
 */
const list = (resources: readonly JsonObject[], { query }: ScimRequest, one: string) => {
  if (query.filter !== undefined)
    throw forbidden('descriptionFiltered')`The description of the service cannot be filtered.`;
  const answer = new AnswerBudget([one]);
  for (const resource of resources) answer.spend(one, resource);
  requireFit(answer, phrase`Ask for each of them alone: ${loggable(one)}.`);
  return { status: 200, body: listResponse({ resources, totalResults: resources.length, startIndex: 1 }) };
};

const single = (resource: JsonObject | undefined, refusal: () => ScimError) => {
  if (!resource) throw refusal();
  return { status: 200, body: resource };
};

/** `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas` and `/Me`, for the types of the tenant. */
export const discoveryRoutes: RouteTable = {
  'GET /ServiceProviderConfig': ({ tenant }) => ({
    status: 200,
    body: serviceProviderConfig(tenant.tenantUrl),
  }),
  'GET /ResourceTypes': async (request) =>
    list(
      (await typesFor(request)).map((type) => describeResourceType(type, request.tenant.tenantUrl)),
      request,
      '/ResourceTypes/{name}',
    ),
  'GET /ResourceTypes/{name}': async (request) => {
    const type = (await typesFor(request)).find((candidate) => candidate.name === request.id);
    return single(
      type && describeResourceType(type, request.tenant.tenantUrl),
      () => notFound('noSuchResourceType')`There is no resource type ${request.id}.`,
    );
  },
  'GET /Schemas': async (request) =>
    list(
      schemasOf(await typesFor(request)).map((schema) => describeSchema(schema, request.tenant.tenantUrl)),
      request,
      '/Schemas/{id}',
    ),
  'GET /Schemas/{urn}': async (request) => {
    const schema = schemasOf(await typesFor(request)).find(
      ({ id }) => id.toLowerCase() === request.id.toLowerCase(),
    );
    return single(
      schema && describeSchema(schema, request.tenant.tenantUrl),
      () => notFound('noSuchSchema')`There is no schema ${request.id}.`,
    );
  },
  'ANY /Me': () => {
    throw notImplemented('noMe')`The bearer of a secret token is a service, not a person: there is no /Me.`;
  },
};
