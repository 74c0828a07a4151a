// A schema that was added to a tenant, as commands print it.

import type { SchemaDefinition } from '../../../lambdas/tenants/schemas-table.ts';

/** `extends User`, `defines Device at /Devices`. */
export const describeSchema = ({ extends: extended, required, resourceType }: SchemaDefinition): string =>
  resourceType
    ? `defines ${resourceType.name} at ${resourceType.endpoint}`
    : `extends ${extended}${required ? ', which must have it' : ''}`;

/** As JSON: its URN, what it is for, and the names of its attributes. */
export const schemaJson = ({ schema, extends: extended, required, resourceType }: SchemaDefinition) => ({
  schema: schema.id,
  ...(resourceType
    ? { resourceType: resourceType.name, endpoint: resourceType.endpoint }
    : { extends: extended, ...(required && { required }) }),
  attributes: schema.attributes.map(({ name }) => name),
});
