// The discovery resources: ServiceProviderConfig, ResourceTypes and Schemas (RFC 7643 §5 to §7, RFC 7644 §4).

import type { Json, JsonObject } from './json.ts';
import { DEFAULT_COUNT, MAX_BODY_BYTES, MAX_BULK_OPERATIONS, MAX_COUNT } from './limits.ts';
import { CURSOR_TIMEOUT_SECONDS } from './query/cursor.ts';
import { locate } from './representation.ts';
import { GROUP_SCHEMA } from './schemas/group.ts';
import { type Attribute, commonAttributes, type ResourceType, type Schema } from './schemas/schema.ts';
import { USER_SCHEMA } from './schemas/user.ts';

const SERVICE_PROVIDER_CONFIG_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const RESOURCE_TYPE_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const SCHEMA_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

/** The ServiceProviderConfig (RFC 7643 §5). It states what is supported and the limits that are enforced. */
export const serviceProviderConfig = (tenantUrl: string): JsonObject => ({
  schemas: [SERVICE_PROVIDER_CONFIG_SCHEMA],
  patch: { supported: true },
  bulk: { supported: true, maxOperations: MAX_BULK_OPERATIONS, maxPayloadSize: MAX_BODY_BYTES },
  filter: { supported: true, maxResults: MAX_COUNT },
  changePassword: { supported: false },
  sort: { supported: true },
  etag: { supported: true },
  // RFC 9865 §4.
  pagination: {
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: DEFAULT_COUNT,
    maxPageSize: MAX_COUNT,
    cursorTimeout: CURSOR_TIMEOUT_SECONDS,
  },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: 'The secret token of the tenant, in the Authorization header.',
      specUri: 'https://www.rfc-editor.org/info/rfc6750',
      primary: true,
    },
  ],
  meta: {
    resourceType: 'ServiceProviderConfig',
    location: `${tenantUrl}/ServiceProviderConfig`,
  },
});

/** A resource type as `/ResourceTypes` shows it (RFC 7643 §6). */
export const describeResourceType = (type: ResourceType, tenantUrl: string): JsonObject => ({
  schemas: [RESOURCE_TYPE_SCHEMA],
  id: type.name,
  name: type.name,
  endpoint: type.endpoint,
  description: type.description,
  schema: type.schema.id,
  schemaExtensions: type.schemaExtensions.map(({ schema, required }) => ({ schema: schema.id, required })),
  meta: { resourceType: 'ResourceType', location: locate(tenantUrl, '/ResourceTypes', type.name) },
});

const DIRECTORY: ReadonlySet<string> = new Set([USER_SCHEMA, GROUP_SCHEMA]);
const externalId = commonAttributes.filter(({ name }) => name === 'externalId');

/**
 * A schema as `/Schemas` shows it (RFC 7643 §7). Those of users and groups have `externalId`, which RFC 7643 §3.1 makes part of
 * every resource and of no schema: Microsoft's gallery validation looks for each attribute of its mapping here.
 */
export const describeSchema = (schema: Schema, tenantUrl: string): JsonObject => ({
  schemas: [SCHEMA_SCHEMA],
  id: schema.id,
  name: schema.name,
  description: schema.description,
  attributes: [...(DIRECTORY.has(schema.id) ? externalId : []), ...schema.attributes].map(describeAttribute),
  meta: { resourceType: 'Schema', location: `${tenantUrl}/Schemas/${schema.id}` },
});

/**
 * Leaves out characteristics that do not apply to the type (RFC 7643 §7): a boolean has no case. Lists them one by one
 * because a tenant's own definition comes from the table, which returns the keys of a map in any order.
 */
const describeAttribute = (attribute: Attribute): Json => {
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  const isText = ['string', 'reference', 'binary'].includes(attribute.type);
  return {
    name: attribute.name,
    type: attribute.type,
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    mutability: attribute.mutability,
    returned: attribute.returned,
    ...(canonicalValues && { canonicalValues }),
    ...(referenceTypes && { referenceTypes }),
    ...(isText && { caseExact: attribute.caseExact }),
    ...(attribute.type !== 'complex' && { uniqueness: attribute.uniqueness }),
    ...(subAttributes && { subAttributes: subAttributes.map(describeAttribute) }),
  };
};
