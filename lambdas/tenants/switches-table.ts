// Closes and opens a tenant, or the whole deployment, to SCIM requests. A tenant has one such item among its settings, from
// its creation on: a tenant without it is gone.

import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Incarnation, partsOf, tenantOf } from '../platform/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { deploymentSwitchKey, stateKey, tenantKey, unfollowed } from '../table/keys.ts';
import { getItemsInOrder } from '../table/read.ts';
import { cancellationCodes, retryConflicts } from '../table/retry.ts';

/** Why requests are refused. */
export type Closure =
  | {
      readonly reason: 'paused';
      /** RFC 3339 in UTC. */
      readonly since: string;
    }
  | { readonly reason: 'deleted' };

/** Parses the item with a tenant's state; undefined when the tenant is open. */
export const readState = (item: Record<string, unknown> | undefined): Closure | undefined => {
  if (!item || item.DeletingSince !== undefined) return { reason: 'deleted' };
  return item.PausedSince === undefined ? undefined : { reason: 'paused', since: String(item.PausedSince) };
};

/** Opens a tenant that is being created; false when it is no longer being created. Idempotent. */
export const createState = async (tenant: Incarnation): Promise<boolean> => {
  const Update = {
    TableName: tableName,
    Key: stateKey(tenant),
    UpdateExpression: 'SET Silent = :silent',
    ExpressionAttributeValues: { ':silent': unfollowed.Silent },
  };
  const ConditionCheck = {
    TableName: tableName,
    Key: tenantKey(tenantOf(tenant)),
    ConditionExpression: 'Incarnation = :letters AND #state = :creating',
    ExpressionAttributeNames: { '#state': 'State' },
    ExpressionAttributeValues: { ':letters': partsOf(tenant).incarnation, ':creating': 'creating' },
  };
  const write = new TransactWriteCommand({ TransactItems: [{ Update }, { ConditionCheck }] });
  try {
    await retryConflicts(() => documents.send(write));
    return true;
  } catch (error) {
    const codes = error instanceof TransactionCanceledException ? cancellationCodes(error) : [];
    if (codes.includes('ConditionalCheckFailed')) return false;
    throw error;
  }
};

/** Pauses the tenant; false when it is already paused, or gone. */
export const pauseTenant = (tenant: Incarnation, since: string): Promise<boolean> =>
  updateState(
    tenant,
    'SET PausedSince = :since',
    'attribute_exists(PK) AND attribute_not_exists(PausedSince)',
    since,
  );

/** Resumes the tenant; false when it was not paused. */
export const resumeTenant = (tenant: Incarnation): Promise<boolean> =>
  updateState(tenant, 'REMOVE PausedSince', 'attribute_exists(PausedSince)');

/** Closes a tenant that is being deleted. Idempotent. */
export const closeForDeletion = async (tenant: Incarnation, since: string): Promise<void> => {
  await updateState(tenant, 'SET DeletingSince = :since', 'attribute_exists(PK)', since);
};

const updateState = (
  tenant: Incarnation,
  update: string,
  condition: string,
  since?: string,
): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: stateKey(tenant),
        UpdateExpression: update,
        ConditionExpression: condition,
        ...(since !== undefined && { ExpressionAttributeValues: { ':since': since } }),
      }),
    ),
  );

/** Why the tenant is closed, strongly consistent; undefined when it is open. */
export const findClosure = async (tenant: Incarnation): Promise<Closure | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key: stateKey(tenant), ConsistentRead: true });
  return readState((await documents.send(request)).Item);
};

/** The same for many tenants, in order: 100 a call. */
export const findClosures = async (tenants: readonly Incarnation[]): Promise<(Closure | undefined)[]> =>
  (await getItemsInOrder(tenants.map(stateKey))).map(readState);

/** Pauses the whole deployment; false when it is already paused. */
export const pauseDeployment = (since: string): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...deploymentSwitchKey, ...unfollowed, PausedSince: since },
        ConditionExpression: 'attribute_not_exists(PK)',
      }),
    ),
  );

/** Resumes the deployment; false when it was not paused. */
export const resumeDeployment = async (): Promise<boolean> => {
  const remove = new DeleteCommand({
    TableName: tableName,
    Key: deploymentSwitchKey,
    ReturnValues: 'ALL_OLD',
  });
  return (await documents.send(remove)).Attributes !== undefined;
};

/** Since when the deployment is paused, RFC 3339 in UTC; undefined when it is not. */
export const findDeploymentPause = async (): Promise<string | undefined> => {
  const { Item } = await documents.send(new GetCommand({ TableName: tableName, Key: deploymentSwitchKey }));
  return Item && String(Item.PausedSince);
};
