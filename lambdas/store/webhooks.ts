// Where a tenant's events are posted.

import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { silent, webhookKey } from '../table/keys.ts';
import type { Incarnation } from '../tenants/tenant.ts';

export interface Webhook {
  readonly url: string;
  /** The types of events that it wants; undefined for all. */
  readonly events: readonly string[] | undefined;
}

/** The webhook that the item of one says, if there is one. */
export const readWebhook = (item: Record<string, unknown> | undefined): Webhook | undefined =>
  item && { url: String(item.Url), events: item.Events as string[] | undefined };

/** Sets the webhook of the tenant, in the place of an earlier one. */
export const putWebhook = async (tenant: Incarnation, { url, events }: Webhook): Promise<void> => {
  const Item = { ...webhookKey(tenant), ...silent, Url: url, Events: events };
  await documents.send(new PutCommand({ TableName: tableName, Item }));
};

/** The webhook of the tenant, strongly consistent; undefined when there is none. */
export const findWebhook = async (tenant: Incarnation): Promise<Webhook | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key: webhookKey(tenant), ConsistentRead: true });
  return readWebhook((await documents.send(request)).Item);
};

/** Takes the webhook away. Repeatable. */
export const removeWebhook = async (tenant: Incarnation): Promise<void> => {
  await documents.send(new DeleteCommand({ TableName: tableName, Key: webhookKey(tenant) }));
};
