// Adds schemas to a tenant and removes them, as operators ask.

import { startCounter } from '../resources/counters-table.ts';
import { uniqueAttributes } from '../resources/held-values.ts';
import { countInIndex } from '../resources/resources-table.ts';
import { findDuplicates, type SharedValue } from '../resources/shared-values.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { deleteSchema, putSchema, readSchemas, type SchemaDefinition } from '../tenants/schemas-table.ts';
import { forgetSettings } from '../tenants/settings.ts';
import { type Incarnation, tenantOf } from '../tenants/tenant.ts';
import { beingDeleted } from '../tenants/tenant-errors.ts';
import { addTenantType, findTenant } from '../tenants/tenants-table.ts';
import { allTypes, assembleTypes } from '../tenants/types.ts';
import { assertFits, isSameName, parseDefinition, SchemaError } from './schema-definitions.ts';

/**
 * Adds a schema to the tenant, in place of an earlier one with the same URN. `input` is a schema as `/Schemas` shows it,
 * which then extends `extending` (User unless said otherwise), or `{ schema, extends }`, or `{ schema, resourceType: {
 * name, endpoint } }`, which makes a resource type. Throws a `SchemaError` that names what is wrong.
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
  assertSpeltAlike(parsed, before);
  assertFewUnique(parsed, others);
  const added = await withLookups(tenant, parsed, before);
  const made = added.resourceType?.name;
  // Noted before the schema is stored, or a deletion of the tenant might not know of the type.
  if (made !== undefined && !(await addTenantType(tenant, made))) throw beingDeleted(tenantOf(tenant));
  // The counter of a type that was removed and comes back would miss the resources that are still stored.
  if (made !== undefined && (await countInIndex(tenant, made)) === 0) await startCounter(tenant, made);
  await putSchema(tenant, added);
  forgetSettings(tenant);
  return { definition: added, doubles: await findNewDoubles(tenant, added, others, present) };
};

/** Values are stored under the names that they came with: under another spelling nobody would find them. */
const assertSpeltAlike = ({ schema }: SchemaDefinition, before: SchemaDefinition | undefined): void => {
  if (!before) return;
  const was = new Map(namesIn(before).map((name) => [name.toLowerCase(), name]));
  for (const name of [schema.id, ...namesIn({ schema })]) {
    const stored = name === schema.id ? before.schema.id : was.get(name.toLowerCase());
    if (stored !== undefined && stored !== name) {
      throw new SchemaError(`The tenant has values of ${stored}: it cannot be spelt ${name} from now on.`);
    }
  }
};

/** Of attributes by their name, of sub-attributes by both. */
const namesIn = ({ schema: { attributes } }: Pick<SchemaDefinition, 'schema'>): string[] =>
  attributes.flatMap(({ name, subAttributes = [] }) => [
    name,
    ...subAttributes.map((one) => `${name}.${one.name}`),
  ]);

/**
 * A change may free and take the claim of each, in one transaction of at most 100 writes, beside the resource itself, its
 * tombstone, and the further work e-mail addresses that come and go.
 */
const MAX_UNIQUE = 25;

const assertFewUnique = (added: SchemaDefinition, others: readonly SchemaDefinition[]): void => {
  const name = added.resourceType?.name ?? added.extends;
  const type = allTypes(assembleTypes([...others, added])).find((one) => one.name === name);
  if (type && uniqueAttributes(type).length > MAX_UNIQUE) {
    throw new SchemaError(
      `${type.name} would have more than ${MAX_UNIQUE} unique attributes, all its schemas together.`,
    );
  }
};

/** A schema that was added, and the values that it makes unique though several resources have them already. */
export interface AddedSchema {
  readonly definition: SchemaDefinition;
  readonly doubles: readonly SharedValue[];
}

/**
 * The definition with the attributes that its resources can be looked up by: those whose value every resource has claimed.
 * For a type that is new to the tenant these are all unique ones, otherwise those that have been unique all along.
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

/** The shared values of attributes that are newly unique; reads resources only when there are such attributes. */
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

/** Removes a schema: its values stay stored, but are neither shown nor written any more. */
export const removeSchema = async (tenant: Incarnation, urn: string): Promise<void> => {
  const found = (await readSchemas(tenant)).find(({ schema: { id } }) => isSameName(id, urn));
  if (!found) throw new SchemaError(`There is no added schema ${urn}.`);
  await deleteSchema(tenant, found.schema.id);
  forgetSettings(tenant);
};
