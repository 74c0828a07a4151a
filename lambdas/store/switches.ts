// The switches that close a tenant, or the whole deployment, to SCIM requests.

import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { TenantId } from '../tenants/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { switchKey } from '../table/keys.ts';

export interface Closure {
  readonly reason: 'paused' | 'deleted';
  /** RFC 3339 in UTC. */
  readonly since: string;
}

/** The closure that the item of a switch says, if there is one. */
export const readClosure = (item: Record<string, unknown> | undefined): Closure | undefined =>
  item && { reason: item.Reason === 'deleted' ? 'deleted' : 'paused', since: String(item.Since) };

/**
 * Closes the tenant, or without one the deployment; false when it is closed already. `expiresAt` (seconds since the
 * epoch) is for a closure that nobody will open.
 */
export const close = (
  tenant: TenantId | undefined,
  { reason, since }: Closure,
  expiresAt?: number,
): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...switchKey(tenant), Reason: reason, Since: since, ExpiresAt: expiresAt },
        // A pause gives way to a deletion, and to nothing else.
        ConditionExpression:
          reason === 'deleted' ? 'attribute_not_exists(PK) OR Reason = :paused' : 'attribute_not_exists(PK)',
        ...(reason === 'deleted' && { ExpressionAttributeValues: { ':paused': 'paused' } }),
      }),
    ),
  );

/** Opens the tenant, or without one the deployment; false when it was open. */
export const open = async (tenant: TenantId | undefined): Promise<boolean> => {
  const { Attributes } = await documents.send(
    new DeleteCommand({ TableName: tableName, Key: switchKey(tenant), ReturnValues: 'ALL_OLD' }),
  );
  return Attributes !== undefined;
};

/** Why the tenant, or without one the deployment, is closed; undefined when it is open. */
export const findClosure = async (tenant: TenantId | undefined): Promise<Closure | undefined> => {
  const { Item } = await documents.send(new GetCommand({ TableName: tableName, Key: switchKey(tenant) }));
  return readClosure(Item);
};
