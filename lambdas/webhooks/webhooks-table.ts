// The webhook of a tenant, and the generation of its signing secret. The item stays when the webhook is deleted: a generation
// must never be used twice, or a secret that was rotated away would become valid again.

import { GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../platform/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { unfollowed, webhookKey } from '../table/keys.ts';

/** A webhook, as an operator sets it. */
export interface Webhook {
  readonly url: string;
  /** The event types to deliver; undefined for all. */
  readonly events: readonly string[] | undefined;
}

/** Which secret signs a webhook's messages. */
export interface Signing {
  /** From 1; never used twice in an incarnation. */
  readonly generation: number;
  /** When it was created, in milliseconds since the epoch. */
  readonly madeAtMs: number;
  /** Whether the previous generation was a secret of this webhook too, which a receiver may still use. */
  readonly isRotated: boolean;
}

/** A webhook with its signing generation. */
export interface StoredWebhook extends Webhook {
  readonly signing: Signing;
}

/** Parses the item; undefined when it has no webhook. */
const readWebhook = (item: Record<string, unknown> | undefined): StoredWebhook | undefined => {
  if (item?.Url === undefined) return undefined;
  const { Url, Events, Generation, MadeAt, Rotated } = item;
  return {
    url: String(Url),
    events: Events as string[] | undefined,
    signing: { generation: Number(Generation), madeAtMs: Number(MadeAt), isRotated: Rotated === true },
  };
};

/** Sets the webhook of the tenant: an existing one keeps its generation, a new one gets the next. `nowMs` in milliseconds. */
export const putWebhook = async (tenant: Incarnation, webhook: Webhook, nowMs: number): Promise<void> => {
  // Both fail only when somebody else sets or deletes it at the same moment.
  while (!((await replaceWebhook(tenant, webhook)) || (await insertWebhook(tenant, webhook, nowMs)))) {}
};

const replaceWebhook = (tenant: Incarnation, { url, events }: Webhook): Promise<boolean> =>
  update(tenant, {
    UpdateExpression: events ? 'SET #url = :url, Events = :events' : 'SET #url = :url REMOVE Events',
    ConditionExpression: 'attribute_exists(#url)',
    ExpressionAttributeNames: { '#url': 'Url' },
    ExpressionAttributeValues: { ':url': url, ...(events && { ':events': events }) },
  });

const insertWebhook = (tenant: Incarnation, { url, events }: Webhook, nowMs: number): Promise<boolean> =>
  update(tenant, {
    UpdateExpression:
      'SET #url = :url, MadeAt = :now, Silent = :silent, Generation = if_not_exists(Generation, :none) + :one' +
      (events ? ', Events = :events' : ''),
    ConditionExpression: 'attribute_not_exists(#url)',
    ExpressionAttributeNames: { '#url': 'Url' },
    ExpressionAttributeValues: {
      ':url': url,
      ':now': nowMs,
      ':silent': unfollowed.Silent,
      ':none': 0,
      ':one': 1,
      ...(events && { ':events': events }),
    },
  });

/**
 * Increments the generation and returns the new one; undefined when `generation` is no longer the current one. `nowMs` in
 * milliseconds.
 */
export const incrementGeneration = async (
  tenant: Incarnation,
  { generation }: Signing,
  nowMs: number,
): Promise<Signing | undefined> => {
  const next = { generation: generation + 1, madeAtMs: nowMs, isRotated: true };
  const isDone = await update(tenant, {
    UpdateExpression: 'SET Generation = :next, MadeAt = :now, Rotated = :true',
    ConditionExpression: 'Generation = :read AND attribute_exists(#url)',
    ExpressionAttributeNames: { '#url': 'Url' },
    ExpressionAttributeValues: {
      ':next': next.generation,
      ':now': nowMs,
      ':true': true,
      ':read': generation,
    },
  });
  return isDone ? next : undefined;
};

/** The webhook of the tenant, strongly consistent; undefined when there is none. */
export const findWebhook = async (tenant: Incarnation): Promise<StoredWebhook | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key: webhookKey(tenant), ConsistentRead: true });
  return readWebhook((await documents.send(request)).Item);
};

/** Deletes the webhook; its generation stays. Idempotent. */
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
