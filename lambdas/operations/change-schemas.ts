// Adds schemas to a tenant, and removes them, for operators.

import { startCounter } from '../resources/counters-table.ts';
import { uniqueAttributes } from '../resources/held-values.ts';
import { countInIndex } from '../resources/resources-table.ts';
import { findDuplicates, type SharedValue } from '../resources/shared-values.ts';
import type { Attribute, ResourceType } from '../scim/schemas/schema.ts';
import {
  deleteSchema,
  putSchema,
  readHidden,
  readSchemas,
  type SchemaDefinition,
} from '../tenants/schemas-table.ts';
import { evictSettings } from '../tenants/settings.ts';
import { type Incarnation, tenantOf } from '../tenants/tenant.ts';
import { beingDeleted } from '../tenants/tenant-errors.ts';
import { addTenantType, findTenant } from '../tenants/tenants-table.ts';
import { allTypes, assembleTypes } from '../tenants/types.ts';
import { assertFits, isSameName, parseDefinition, SchemaError } from './schema-definitions.ts';

/**
 * Adds a schema to the tenant, or replaces the one with the same URN. `input` is a schema as `/Schemas` returns it, which
 * then extends the resource type `extending`, or `{ schema, extends, required }`, or `{ schema, resourceType: { name, endpoint } }`,
 * which creates a custom type. Throws a `SchemaError` that says what is wrong, a `TenantError` when the tenant is being
 * deleted.
 */
export const addSchema = async (
  tenant: Incarnation,
  input: unknown,
  extending = 'User',
): Promise<AddedSchema> => {
  const parsed = parseDefinition(input, extending);
  const isAdded = ({ schema: { id } }: SchemaDefinition) => isSameName(id, parsed.schema.id);
  const present = await readSchemas(tenant);
  const others = present.filter((one) => !isAdded(one));
  const before = present.find(isAdded);
  assertFits(parsed, others);
  assertSameSpelling(parsed, before);
  assertFewUnique(parsed, others);
  const hidden = before ? hiddenBy(before) : await readHidden(tenant, parsed.schema.id);
  const looked = await withLookups(tenant, parsed, before);
  const added = hidden.length > 0 ? { ...looked, hidden } : looked;
  const made = added.resourceType?.name;
  // Stored before the schema, or a deletion of the tenant might miss the type's resources.
  if (made !== undefined && !(await addTenantType(tenant, made))) throw beingDeleted(tenantOf(tenant));
  // Not for a type that was removed and comes back: its resources are still stored, and a new counter would miss them.
  if (made !== undefined && (await countInIndex(tenant, made)) === 0) await startCounter(tenant, made);
  await putSchema(tenant, added);
  evictSettings(tenant);
  return { definition: added, doubles: await findNewDoubles(tenant, added, others, present) };
};

/** Values are stored under the attribute names as first spelt: under another spelling they could not be found. */
const assertSameSpelling = ({ schema }: SchemaDefinition, before: SchemaDefinition | undefined): void => {
  if (!before) return;
  const was = new Map(namesIn(before).map((name) => [name.toLowerCase(), name]));
  for (const name of [schema.id, ...namesIn({ schema })]) {
    const stored = name === schema.id ? before.schema.id : was.get(name.toLowerCase());
    if (stored !== undefined && stored !== name) {
      throw new SchemaError(`The tenant has values under ${stored}: the name cannot be spelt ${name} now.`);
    }
  }
};

/** The names of all attributes, and of sub-attributes as `attribute.sub-attribute`. */
const namesIn = ({ schema: { attributes } }: Pick<SchemaDefinition, 'schema'>): string[] =>
  attributes.flatMap(({ name, subAttributes = [] }) => [
    name,
    ...subAttributes.map((one) => `${name}.${one.name}`),
  ]);

/**
 * One update may release one claim and take another per unique attribute, in a transaction of at most 100 writes, which also
 * has the resource, its tombstone, and the index entries of additional work e-mail addresses.
 */
const MAX_UNIQUE = 25;

const assertFewUnique = (added: SchemaDefinition, others: readonly SchemaDefinition[]): void => {
  const name = added.resourceType?.name ?? added.extends;
  const type = allTypes(assembleTypes([...others, added])).find((one) => one.name === name);
  if (type && uniqueAttributes(type).length > MAX_UNIQUE) {
    throw new SchemaError(
      `${type.name} would have more than ${MAX_UNIQUE} unique attributes in all its schemas together.`,
    );
  }
};

/** A schema that was added. */
interface AddedSchema {
  readonly definition: SchemaDefinition;
  /** The values of newly unique attributes that several resources already share. */
  readonly doubles: readonly SharedValue[];
}

/**
 * The definition with the attributes by which its resources can be looked up: those whose value every resource has claimed.
 * For a new type these are all unique ones, otherwise those that have been unique from the start.
 */
const withLookups = async (
  tenant: Incarnation,
  added: SchemaDefinition,
  before: SchemaDefinition | undefined,
): Promise<SchemaDefinition> => {
  const name = added.resourceType?.name;
  if (name === undefined) return added;
  const [type, typeBefore] = [typeOf(added), before && typeOf(before)];
  const types = (await findTenant(tenantOf(tenant)))?.types ?? [];
  const unique = uniqueAttributes(type).filter(({ name: attributeName, normalize }) =>
    typeBefore
      ? before?.lookups?.includes(attributeName) &&
        uniqueAttributes(typeBefore).some((one) => one.name === attributeName && one.normalize === normalize)
      : !types.includes(name),
  );
  return { ...added, lookups: unique.map((one) => one.name) };
};

const typeOf = (definition: SchemaDefinition): ResourceType =>
  assembleTypes([definition]).custom[0] as ResourceType;

/** The shared values of attributes that this change makes unique; reads no resources when there is no such attribute. */
const findNewDoubles = async (
  tenant: Incarnation,
  added: SchemaDefinition,
  others: readonly SchemaDefinition[],
  present: readonly SchemaDefinition[],
): Promise<readonly SharedValue[]> => {
  const name = added.resourceType?.name ?? added.extends;
  const find = (definitions: readonly SchemaDefinition[]) =>
    allTypes(assembleTypes(definitions)).find((type) => type.name === name);
  const [type, before] = [find([...others, added]), find(present)];
  if (!type) return [];
  const known = before ? uniqueAttributes(before) : [];
  const unique = uniqueAttributes(type).filter(
    (one) => !known.some((other) => other.name === one.name && other.normalize === one.normalize),
  );
  if (unique.length === 0) return [];
  return findDuplicates(
    tenant,
    type,
    unique.map((one) => one.name),
  );
};

/**
 * Removes a schema: its values stay stored, are returned as those of an undeclared extension, and can be changed as such. What
 * it never returned stays unreturned. Throws a `SchemaError` when the tenant has no such schema.
 */
export const removeSchema = async (tenant: Incarnation, urn: string): Promise<void> => {
  const found = (await readSchemas(tenant)).find(({ schema: { id } }) => isSameName(id, urn));
  if (!found) throw new SchemaError(`The tenant has no schema of its own with the URN ${urn}.`);
  const hidden = found.resourceType ? [] : hiddenBy(found);
  if (hidden.length === 0) await deleteSchema(tenant, found.schema.id);
  else {
    const schema = { ...found.schema, attributes: [] };
    await putSchema(tenant, { ...found, schema, removed: true, hidden });
  }
  evictSettings(tenant);
};

/** What the schema, and its earlier forms, never returned. */
const hiddenBy = ({ schema, hidden = [] }: SchemaDefinition): string[] => [
  ...new Set([...hidden, ...schema.attributes.filter(hasHidden).map(({ name }) => name)]),
];

/** An attribute with a part that is never returned is hidden as a whole: nobody says any more which part that is. */
const hasHidden = ({ returned, mutability, subAttributes = [] }: Attribute): boolean =>
  returned === 'never' || mutability === 'writeOnly' || subAttributes.some(hasHidden);
