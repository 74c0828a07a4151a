// The schemas that a tenant adds to the standard ones: one item each.

import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { TenantId } from '../platform/tenant.ts';
import type { Schema } from '../scim/schema.ts';
import { documents, tableName } from './client.ts';
import { schemaKey, schemasPK } from './keys.ts';

/** A schema, and either the resource type that it extends or the one that it makes. */
export interface SchemaDefinition {
  readonly schema: Schema;
  /** The name of a resource type, e.g. `User`. */
  readonly extends?: string;
  readonly resourceType?: { readonly name: string; readonly endpoint: string; readonly description: string };
}

/** Stores the definition in place of an earlier one with the same URN. */
export const putSchema = async (tenant: TenantId, definition: SchemaDefinition): Promise<void> => {
  const item = { ...schemaKey(tenant, definition.schema.id), Definition: definition };
  await documents.send(new PutCommand({ TableName: tableName, Item: item }));
};

/** False when the tenant has no such schema. */
export const deleteSchema = async (tenant: TenantId, urn: string): Promise<boolean> => {
  const { Attributes } = await documents.send(
    new DeleteCommand({ TableName: tableName, Key: schemaKey(tenant, urn), ReturnValues: 'ALL_OLD' }),
  );
  return Attributes !== undefined;
};

/** All definitions of the tenant, by URN. */
export const readSchemas = async (tenant: TenantId): Promise<SchemaDefinition[]> => {
  const definitions: SchemaDefinition[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': schemasPK(tenant) },
        ExclusiveStartKey: start,
      }),
    );
    definitions.push(...(page.Items ?? []).map((item) => item.Definition as SchemaDefinition));
    start = page.LastEvaluatedKey;
  } while (start);
  return definitions;
};
