// The schemas added to a tenant: one item each.

import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { schemaKey, unfollowed } from '../table/keys.ts';
import { readSettings, type SchemaDefinition } from './settings-table.ts';
import type { Incarnation } from './tenant.ts';

export type { SchemaDefinition } from './settings-table.ts';

/** Stores the definition, replacing one with the same URN. */
export const putSchema = async (tenant: Incarnation, definition: SchemaDefinition): Promise<void> => {
  const item = { ...schemaKey(tenant, definition.schema.id), ...unfollowed, Definition: definition };
  await documents.send(new PutCommand({ TableName: tableName, Item: item }));
};

/** Deletes the definition; false when the tenant has none with this URN. */
export const deleteSchema = async (tenant: Incarnation, urn: string): Promise<boolean> => {
  const { Attributes } = await documents.send(
    new DeleteCommand({ TableName: tableName, Key: schemaKey(tenant, urn), ReturnValues: 'ALL_OLD' }),
  );
  return Attributes !== undefined;
};

/** All definitions of the tenant, by URN, without removed ones. */
export const readSchemas = async (tenant: Incarnation): Promise<readonly SchemaDefinition[]> =>
  (await readSettings(tenant)).schemas.filter(({ removed }) => !removed);

/** What earlier forms of a schema never returned, removed ones included. */
export const readHidden = async (tenant: Incarnation, urn: string): Promise<readonly string[]> =>
  (await readSettings(tenant)).schemas.find(({ schema: { id } }) => id === urn)?.hidden ?? [];
