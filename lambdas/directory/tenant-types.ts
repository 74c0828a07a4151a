// The resource types of a tenant: users and groups with its extensions, and types of its own.

import type { TenantId } from '../platform/tenant.ts';
import { groupType, userType } from '../scim/resource-types.ts';
import type { ResourceType } from '../scim/schema.ts';
import { readSchemas, type SchemaDefinition } from '../store/schemas.ts';

export interface TenantTypes {
  readonly user: ResourceType;
  readonly group: ResourceType;
  readonly custom: readonly ResourceType[];
}

/** How long a function works with what it read: a changed schema is seen everywhere after that. */
const CACHE_MILLISECONDS = 60_000;

/** Tenants that a function remembers; the longest unread one goes first. */
const CACHE_SIZE = 1_000;

const cache = new Map<TenantId, { readonly types: Promise<TenantTypes>; readonly until: number }>();

/** Read once a minute and tenant, not once a request. */
export const typesOf = (tenant: TenantId): Promise<TenantTypes> => {
  const now = Date.now();
  const known = cache.get(tenant);
  if (known && known.until > now) return known.types;
  const types = readSchemas(tenant).then(assembleTypes);
  types.catch(() => forgetTypes(tenant));
  cache.delete(tenant);
  cache.set(tenant, { types, until: now + CACHE_MILLISECONDS });
  const [oldest] = cache.keys();
  if (cache.size > CACHE_SIZE && oldest !== undefined) cache.delete(oldest);
  return types;
};

/** For whoever has just changed the tenant's schemas. */
export const forgetTypes = (tenant: TenantId): void => {
  cache.delete(tenant);
};

/** Every resource type, the standard ones first. */
export const allTypes = ({ user, group, custom }: TenantTypes): ResourceType[] => [user, group, ...custom];

/** The resource types that `definitions` make of the standard ones. */
export const assembleTypes = (definitions: readonly SchemaDefinition[]): TenantTypes => {
  const extended = (type: ResourceType): ResourceType => {
    const added = definitions.filter((definition) => definition.extends === type.name);
    if (added.length === 0) return type;
    const extensions = added.map(({ schema }) => ({ schema, required: false }));
    return { ...type, schemaExtensions: [...type.schemaExtensions, ...extensions] };
  };
  const custom = definitions.flatMap(({ schema, resourceType }) =>
    resourceType ? [extended({ ...resourceType, schema, schemaExtensions: [] })] : [],
  );
  return { user: extended(userType), group: extended(groupType), custom };
};
