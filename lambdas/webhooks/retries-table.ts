// That a webhook did not take everything, and when it is tried again. Whoever tries claims the retry first, and what it
// finds is written only if nobody has changed the retry meanwhile.

import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { RETRIES_PK, retryKey, silent } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { asIncarnation, type Incarnation } from '../tenants/tenant.ts';

/** All times in milliseconds since the epoch. */
export interface WebhookRetry {
  readonly tenant: Incarnation;
  /** Nothing is posted outside the retries; what happens goes to the backlog. */
  readonly suspended: boolean;
  /** Since when nothing was taken, or since an operator switched it on again. */
  readonly sinceMs: number;
  /** When it took something, exact to the hour; undefined when it has not since there is this retry. */
  readonly takenAtMs?: number | undefined;
  /** How often it was tried in vain since. */
  readonly failures: number;
  /** How the endpoint answered last: `HTTP 503`, `no answer within 15 s`. */
  readonly answer: string;
  /** Undefined when the webhook is switched off. */
  readonly retryAtMs: number | undefined;
}

/** The retry of a tenant's webhook, strongly consistent; undefined when it took everything. */
export const findRetry = async (tenant: Incarnation): Promise<WebhookRetry | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key: retryKey(tenant), ConsistentRead: true });
  return fromItem((await documents.send(request)).Item);
};

/** All webhooks that did not take everything, those first whose retry is longest due and those last that are switched off. */
export const readRetries = async (): Promise<WebhookRetry[]> => {
  const pages = await Array.fromAsync(queryPages(RETRIES_PK));
  return pages
    .flat()
    .flatMap((item) => fromItem(item) ?? [])
    .toSorted((a, b) => (a.retryAtMs ?? Number.MAX_VALUE) - (b.retryAtMs ?? Number.MAX_VALUE));
};

type Refusal = Omit<WebhookRetry, 'failures' | 'retryAtMs'> & { readonly retryAtMs: number };

/**
 * Notes that an event was not taken, and with `suspended` that nothing is posted but by retries from now on; false when
 * that is so already. Who has claimed the retry finds it changed.
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

/** Notes that a webhook of which there is a retry took something. */
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

/** Takes the retry, as it was read, until `untilMs`; false when somebody else has, or it was changed. */
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

/** Writes what became of a claimed retry; false when it has been changed meanwhile. */
export const updateRetry = (claimed: WebhookRetry, next: WebhookRetry): Promise<boolean> =>
  unlessConditionFails(
    documents.send(new PutCommand({ TableName: tableName, Item: toItem(next), ...ifStillClaimed(claimed) })),
  );

/** Ends a claimed retry: the webhook has taken everything. */
export const endRetry = (claimed: WebhookRetry): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new DeleteCommand({ TableName: tableName, Key: retryKey(claimed.tenant), ...ifStillClaimed(claimed) }),
    ),
  );

/** Replaces the retry, if there is one, whoever has claimed it; false when there is none. */
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

/** Forgets the retry of a webhook that is no more. Repeatable. */
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
