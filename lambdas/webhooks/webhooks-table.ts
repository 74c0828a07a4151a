// Where a tenant's events are posted, and how often the secret that signs them was made anew. The item stays when the webhook
// is taken away: its generation may never come again, or a secret would that somebody was meant to know no longer.

import { GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { silent, webhookKey } from '../table/keys.ts';
import type { Incarnation } from '../tenants/tenant.ts';

export interface Webhook {
  readonly url: string;
  /** The types of events that it wants; undefined for all. */
  readonly events: readonly string[] | undefined;
}

/** Which of its secrets a webhook is signed with. */
export interface Signing {
  /** From 1, and never the same again in an incarnation. */
  readonly generation: number;
  /** Milliseconds since the epoch. */
  readonly madeAtMs: number;
  /** Whether the one before was a secret of this webhook, which a receiver may still know. */
  readonly isRotated: boolean;
}

export interface StoredWebhook extends Webhook {
  readonly signing: Signing;
}

/** The webhook that the item of one says, if there is one. */
const readWebhook = (item: Record<string, unknown> | undefined): StoredWebhook | undefined => {
  if (item?.Url === undefined) return undefined;
  const { Url, Events, Generation, MadeAt, Rotated } = item;
  return {
    url: String(Url),
    events: Events as string[] | undefined,
    signing: { generation: Number(Generation), madeAtMs: Number(MadeAt), isRotated: Rotated === true },
  };
};

/** Sets the webhook of the tenant: one that is there keeps its generation, and a new one gets the next. */
export const putWebhook = async (tenant: Incarnation, webhook: Webhook, now: number): Promise<void> => {
  // Each fails only when somebody else sets or removes it at the same moment.
  while (!((await replaceWebhook(tenant, webhook)) || (await insertWebhook(tenant, webhook, now)))) {}
};

const replaceWebhook = (tenant: Incarnation, { url, events }: Webhook): Promise<boolean> =>
  update(tenant, {
    UpdateExpression: events ? 'SET #url = :url, Events = :events' : 'SET #url = :url REMOVE Events',
    ConditionExpression: 'attribute_exists(#url)',
    ExpressionAttributeNames: { '#url': 'Url' },
    ExpressionAttributeValues: { ':url': url, ...(events && { ':events': events }) },
  });

const insertWebhook = (tenant: Incarnation, { url, events }: Webhook, now: number): Promise<boolean> =>
  update(tenant, {
    UpdateExpression:
      'SET #url = :url, MadeAt = :now, Silent = :silent, Generation = if_not_exists(Generation, :none) + :one' +
      (events ? ', Events = :events' : ''),
    ConditionExpression: 'attribute_not_exists(#url)',
    ExpressionAttributeNames: { '#url': 'Url' },
    ExpressionAttributeValues: {
      ':url': url,
      ':now': now,
      ':silent': silent.Silent,
      ':none': 0,
      ':one': 1,
      ...(events && { ':events': events }),
    },
  });

/** Counts up, and answers with what it is signed with then; undefined when that is not the webhook's generation any more. */
export const countUp = async (
  tenant: Incarnation,
  { generation }: Signing,
  now: number,
): Promise<Signing | undefined> => {
  const next = { generation: generation + 1, madeAtMs: now, isRotated: true };
  const isDone = await update(tenant, {
    UpdateExpression: 'SET Generation = :next, MadeAt = :now, Rotated = :true',
    ConditionExpression: 'Generation = :read AND attribute_exists(#url)',
    ExpressionAttributeNames: { '#url': 'Url' },
    ExpressionAttributeValues: { ':next': next.generation, ':now': now, ':true': true, ':read': generation },
  });
  return isDone ? next : undefined;
};

/** The webhook of the tenant, strongly consistent; undefined when there is none. */
export const findWebhook = async (tenant: Incarnation): Promise<StoredWebhook | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key: webhookKey(tenant), ConsistentRead: true });
  return readWebhook((await documents.send(request)).Item);
};

/** Takes the webhook away; its generation stays. Repeatable. */
export const removeWebhook = async (tenant: Incarnation): Promise<void> => {
  await update(tenant, {
    UpdateExpression: 'REMOVE #url, Events, MadeAt, Rotated',
    ConditionExpression: 'attribute_exists(#url)',
    ExpressionAttributeNames: { '#url': 'Url' },
  });
};

const update = (
  tenant: Incarnation,
  input: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
): Promise<boolean> =>
  unlessConditionFails(
    documents.send(new UpdateCommand({ TableName: tableName, Key: webhookKey(tenant), ...input })),
  );
