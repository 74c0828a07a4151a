// The retries of webhooks that did not accept everything: one item per webhook. A retry is claimed before it runs, and its
// outcome is written only if the item has not changed meanwhile.

import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { RETRIES_PK, retryKey, silent } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { asIncarnation, type Incarnation } from '../tenants/tenant.ts';

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
  /** When the next round is due; undefined when the webhook is switched off. */
  readonly retryAtMs: number | undefined;
}

/** The retry of a tenant's webhook, strongly consistent; undefined when it accepted everything. */
export const findRetry = async (tenant: Incarnation): Promise<WebhookRetry | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key: retryKey(tenant), ConsistentRead: true });
  return fromItem((await documents.send(request)).Item);
};

/** All retries, the longest overdue first, switched-off webhooks last. */
export const readRetries = async (): Promise<WebhookRetry[]> => {
  const pages = await Array.fromAsync(queryPages(RETRIES_PK));
  return pages
    .flat()
    .flatMap((item) => fromItem(item) ?? [])
    .toSorted((a, b) => (a.retryAtMs ?? Number.MAX_VALUE) - (b.retryAtMs ?? Number.MAX_VALUE));
};

type Refusal = Omit<WebhookRetry, 'failures' | 'retryAtMs'> & { readonly retryAtMs: number };

/**
 * Records that an event was refused, and with `suspended` that only retries post from now on; false when the webhook is
 * already suspended. A round that has claimed the retry finds it changed.
 */
export const noteRefusal = (refusal: Refusal): Promise<boolean> => {
  const { tenant, suspended, answer, sinceMs, takenAtMs, retryAtMs } = refusal;
  const since = takenAtMs === undefined ? 'if_not_exists(Since, :since)' : ':since, TakenAt = :taken';
  return unlessConditionFails(
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: retryKey(tenant),
        UpdateExpression:
          'SET Silent = :silent, Suspended = :suspended, Answer = :answer, RetryAt = :retryAt, ' +
          `Failures = if_not_exists(Failures, :none), Since = ${since}`,
        ConditionExpression: 'attribute_not_exists(PK) OR Suspended = :no',
        ExpressionAttributeValues: {
          ':silent': silent.Silent,
          ':suspended': suspended,
          ':answer': answer,
          ':retryAt': retryAtMs,
          ':none': 0,
          ':since': sinceMs,
          ':taken': takenAtMs,
          ':no': false,
        },
      }),
    ),
  );
};

/** Records on an existing retry that the webhook accepted an event at `now` (milliseconds). */
export const noteTaken = async (tenant: Incarnation, now: number): Promise<void> => {
  await unlessConditionFails(
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: retryKey(tenant),
        UpdateExpression: 'SET Since = :now, TakenAt = :now',
        ConditionExpression: 'attribute_exists(PK)',
        ExpressionAttributeValues: { ':now': now },
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

/** Writes the outcome of a claimed retry; false when it was changed meanwhile. */
export const updateRetry = (claimed: WebhookRetry, next: WebhookRetry): Promise<boolean> =>
  unlessConditionFails(
    documents.send(new PutCommand({ TableName: tableName, Item: toItem(next), ...ifStillClaimed(claimed) })),
  );

/** Deletes a claimed retry, once the webhook has accepted everything; false when it was changed meanwhile. */
export const endRetry = (claimed: WebhookRetry): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new DeleteCommand({ TableName: tableName, Key: retryKey(claimed.tenant), ...ifStillClaimed(claimed) }),
    ),
  );

/** Replaces an existing retry, claimed or not; false when there is none. */
export const replaceRetry = (retry: WebhookRetry): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new PutCommand({
        TableName: tableName,
        Item: toItem(retry),
        ConditionExpression: 'attribute_exists(PK)',
      }),
    ),
  );

/** Deletes the retry of a deleted webhook. Idempotent. */
export const removeRetry = async (tenant: Incarnation): Promise<void> => {
  await documents.send(new DeleteCommand({ TableName: tableName, Key: retryKey(tenant) }));
};

const ifStillClaimed = ({ retryAtMs }: WebhookRetry) => ({
  ConditionExpression: 'RetryAt = :claimed',
  ExpressionAttributeValues: { ':claimed': retryAtMs },
});

const toItem = ({ tenant, suspended, sinceMs, takenAtMs, failures, answer, retryAtMs }: WebhookRetry) => ({
  ...retryKey(tenant),
  ...silent,
  Suspended: suspended,
  Since: sinceMs,
  TakenAt: takenAtMs,
  Failures: failures,
  Answer: answer,
  RetryAt: retryAtMs,
});

const fromItem = (item: Record<string, unknown> | undefined): WebhookRetry | undefined => {
  const tenant = asIncarnation(item?.SK as string | undefined);
  if (!item || !tenant) return undefined;
  const { Suspended, Since, TakenAt, Failures, Answer, RetryAt } = item;
  return {
    tenant,
    suspended: Suspended === true,
    sinceMs: Number(Since),
    takenAtMs: TakenAt === undefined ? undefined : Number(TakenAt),
    failures: Number(Failures),
    answer: String(Answer),
    retryAtMs: RetryAt === undefined ? undefined : Number(RetryAt),
  };
};
