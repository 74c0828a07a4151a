// The retries of webhooks that did not accept everything: one item per webhook. A retry is claimed before it runs, and its
// outcome is written only if the item has not changed meanwhile.

import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { asIncarnation, type Incarnation } from '../platform/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { RETRIES_PK, retryKey, unfollowed } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';

/** The retry of a webhook. All times in milliseconds since the epoch. */
export interface WebhookRetry {
  readonly tenant: Incarnation;
  /** Whether only retries post: new events go straight to the backlog. */
  readonly suspended: boolean;
  /** Since when nothing was accepted, or since an operator enabled it again. */
  readonly sinceMs: number;
  /** When an event was last accepted, precise to the hour; undefined when none was since this retry exists. */
  readonly takenAtMs?: number | undefined;
  /** Failed rounds since `sinceMs`. */
  readonly failures: number;
  /** The last refusal: `HTTP 503`, `no answer within 15 s`. */
  readonly answer: string;
  /** When the next round is due; undefined when the webhook is disabled. */
  readonly retryAtMs: number | undefined;
  /** When a delivery last noted a refusal; undefined in items of earlier releases. */
  readonly notedAtMs?: number | undefined;
  /** Counts the notes of deliveries and operators: a round that finds another number writes its outcome on the newer state. */
  readonly notes?: number | undefined;
}

/** The retry of a tenant's webhook, strongly consistent; undefined when it accepted everything. */
export const findRetry = async (tenant: Incarnation): Promise<WebhookRetry | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key: retryKey(tenant), ConsistentRead: true });
  return fromItem((await documents.send(request)).Item);
};

/** All retries, the longest overdue first, disabled webhooks last. */
export const readRetries = async (): Promise<WebhookRetry[]> => {
  const pages = await Array.fromAsync(queryPages(RETRIES_PK));
  return pages
    .flat()
    .flatMap((item) => fromItem(item) ?? [])
    .toSorted((a, b) => (a.retryAtMs ?? Number.MAX_VALUE) - (b.retryAtMs ?? Number.MAX_VALUE));
};

type Refusal = Omit<WebhookRetry, 'failures' | 'retryAtMs' | 'notedAtMs' | 'notes'> & {
  readonly retryAtMs: number;
};

/**
 * Records that an event was refused at `sinceMs`, and with `suspended` that only retries post from now on; false when the
 * webhook is already suspended. A retry that is due anyway is not postponed: an endpoint that refuses one event a minute
 * would never get its backlog. Only a suspension, which happens once, sets the time anew.
 */
export const noteRefusal = (refusal: Refusal): Promise<boolean> => {
  const { tenant, suspended, answer, sinceMs, takenAtMs, retryAtMs } = refusal;
  const retryAt = suspended ? ':retryAt' : 'if_not_exists(RetryAt, :retryAt)';
  const since = takenAtMs === undefined ? 'if_not_exists(Since, :since)' : ':since, TakenAt = :taken';
  return unlessConditionFails(
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: retryKey(tenant),
        UpdateExpression:
          `SET Silent = :silent, Suspended = :suspended, Answer = :answer, RetryAt = ${retryAt}, ` +
          `Failures = if_not_exists(Failures, :none), NotedAt = :now, Since = ${since} ADD Notes :one`,
        ConditionExpression: 'attribute_not_exists(PK) OR Suspended = :no',
        ExpressionAttributeValues: {
          ':silent': unfollowed.Silent,
          ':suspended': suspended,
          ':answer': answer,
          ':retryAt': retryAtMs,
          ':none': 0,
          // DynamoDB refuses values that the expression does not use.
          ...(takenAtMs === undefined ? { ':since': sinceMs } : { ':since': sinceMs, ':taken': takenAtMs }),
          ':now': sinceMs,
          ':one': 1,
          ':no': false,
        },
      }),
    ),
  );
};

/** Records on an existing retry that the webhook accepted an event at `nowMs` (milliseconds). */
export const noteTaken = async (tenant: Incarnation, nowMs: number): Promise<void> => {
  await unlessConditionFails(
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: retryKey(tenant),
        UpdateExpression: 'SET Since = :now, TakenAt = :now ADD Notes :one',
        ConditionExpression: 'attribute_exists(PK)',
        ExpressionAttributeValues: { ':now': nowMs, ':one': 1 },
      }),
    ),
  );
};

/** Claims the retry until `untilMs`; false when it was claimed or changed since it was read. */
export const claimRetry = ({ tenant, retryAtMs }: WebhookRetry, untilMs: number): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: retryKey(tenant),
        UpdateExpression: 'SET RetryAt = :until',
        ConditionExpression: 'RetryAt = :read',
        ExpressionAttributeValues: { ':until': untilMs, ':read': retryAtMs },
      }),
    ),
  );

/** Writes the outcome of a claimed retry; false when it was changed since `claimed` was read. */
export const updateRetry = (claimed: WebhookRetry, next: WebhookRetry): Promise<boolean> =>
  unlessConditionFails(
    documents.send(new PutCommand({ TableName: tableName, Item: toItem(next), ...ifUnchanged(claimed) })),
  );

/** Deletes a claimed retry, once the webhook has accepted everything; false when it was changed since `claimed` was read. */
export const endRetry = (claimed: WebhookRetry): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new DeleteCommand({ TableName: tableName, Key: retryKey(claimed.tenant), ...ifUnchanged(claimed) }),
    ),
  );

/** Makes an existing retry due at `nowMs` (milliseconds), claimed or not, and forgets its failures; false when there is none. */
export const makeRetryDue = (tenant: Incarnation, nowMs: number): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: retryKey(tenant),
        UpdateExpression: 'SET Since = :now, Failures = :none, RetryAt = :now ADD Notes :one',
        ConditionExpression: 'attribute_exists(PK)',
        ExpressionAttributeValues: { ':now': nowMs, ':none': 0, ':one': 1 },
      }),
    ),
  );

/** Deletes the retry of a deleted webhook. Idempotent. */
export const removeRetry = async (tenant: Incarnation): Promise<void> => {
  await documents.send(new DeleteCommand({ TableName: tableName, Key: retryKey(tenant) }));
};

const ifUnchanged = ({ retryAtMs, notes }: WebhookRetry) => ({
  ConditionExpression: `RetryAt = :claimed AND ${notes === undefined ? 'attribute_not_exists(Notes)' : 'Notes = :notes'}`,
  ExpressionAttributeValues: { ':claimed': retryAtMs, ...(notes !== undefined && { ':notes': notes }) },
});

const toItem = (retry: WebhookRetry) => ({
  ...retryKey(retry.tenant),
  ...unfollowed,
  Suspended: retry.suspended,
  Since: retry.sinceMs,
  TakenAt: retry.takenAtMs,
  Failures: retry.failures,
  Answer: retry.answer,
  RetryAt: retry.retryAtMs,
  NotedAt: retry.notedAtMs,
  Notes: retry.notes,
});

const fromItem = (item: Record<string, unknown> | undefined): WebhookRetry | undefined => {
  const tenant = asIncarnation(item?.SK as string | undefined);
  if (!item || !tenant) return undefined;
  const { Suspended, Since, Failures, Answer } = item;
  const { TakenAt, RetryAt, NotedAt, Notes } = item as Record<string, number | undefined>;
  return {
    tenant,
    suspended: Suspended === true,
    sinceMs: Number(Since),
    takenAtMs: TakenAt,
    failures: Number(Failures),
    answer: String(Answer),
    retryAtMs: RetryAt,
    notedAtMs: NotedAt,
    notes: Notes,
  };
};
