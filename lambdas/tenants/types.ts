// The resource types of a tenant: users and groups with its extensions, and its custom types.

import { groupType, userType } from '../scim/schemas/resource-types.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { settingsOf } from './settings.ts';
import type { SchemaDefinition, Settings } from './settings-table.ts';
import type { Incarnation } from './tenant.ts';

/** The resource types of a tenant, with its extensions. */
export interface TenantTypes {
  readonly user: ResourceType;
  readonly group: ResourceType;
  readonly custom: readonly ResourceType[];
}

const assembled = new WeakMap<Settings, TenantTypes>();

/** The types of the tenant; a changed schema takes effect everywhere within a minute. */
export const typesOf = async (tenant: Incarnation): Promise<TenantTypes> => {
  const settings = await settingsOf(tenant);
  const types = assembled.get(settings) ?? assembleTypes(settings.schemas);
  assembled.set(settings, types);
  return types;
};

/** Every resource type, the standard ones first. */
export const allTypes = ({ user, group, custom }: TenantTypes): ResourceType[] => [user, group, ...custom];

/** The standard types extended by `definitions`, and the custom types that these define. */
export const assembleTypes = (definitions: readonly SchemaDefinition[]): TenantTypes => {
  const extended = (type: ResourceType): ResourceType => {
    const added = definitions.filter((definition) => definition.extends === type.name);
    if (added.length === 0) return type;
    const extensions = added.map(({ schema }) => ({ schema, required: false }));
    return { ...type, schemaExtensions: [...type.schemaExtensions, ...extensions] };
  };
  const custom = definitions.flatMap(({ schema, resourceType, lookups = [] }) =>
    resourceType ? [extended({ ...resourceType, schema, schemaExtensions: [], lookups })] : [],
  );
  return { user: extended(userType), group: extended(groupType), custom };
};
