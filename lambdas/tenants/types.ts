// The resource types of a tenant: users and groups with its extensions, and its custom types.

import { groupType, userType } from '../scim/schemas/resource-types.ts';
import type { Attribute, ResourceType, Schema } from '../scim/schemas/schema.ts';
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
    const extensions = added.flatMap(({ schema, removed, required = false }) =>
      removed ? [] : [{ schema: asReturned(schema), required }],
    );
    const neverReturned = added.flatMap(({ schema, removed, hidden = [] }) =>
      removed ? hidden.map((name) => `${schema.id}:${name}`.toLowerCase()) : [],
    );
    return {
      ...type,
      schemaExtensions: [...type.schemaExtensions, ...extensions],
      ...(neverReturned.length > 0 && { neverReturned: new Set(neverReturned) }),
    };
  };
  const custom = definitions.flatMap(({ schema, resourceType, lookups = [] }) =>
    resourceType
      ? [extended({ ...resourceType, schema: asReturned(schema), schemaExtensions: [], lookups })]
      : [],
  );
  return { user: extended(userType), group: extended(groupType), custom };
};

/** A schema of the table, which an earlier release may have stored: what is writeOnly is never returned (RFC 7643 §7). */
const asReturned = (schema: Schema): Schema =>
  schema.attributes.some(isReturnedWriteOnly)
    ? { ...schema, attributes: schema.attributes.map(withReturned) }
    : schema;

const isReturnedWriteOnly = ({ mutability, returned, subAttributes = [] }: Attribute): boolean =>
  (mutability === 'writeOnly' && returned !== 'never') || subAttributes.some(isReturnedWriteOnly);

const withReturned = (attribute: Attribute): Attribute => ({
  ...attribute,
  ...(attribute.mutability === 'writeOnly' && { returned: 'never' }),
  ...(attribute.subAttributes && { subAttributes: attribute.subAttributes.map(withReturned) }),
});
