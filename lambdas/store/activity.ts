// When each token of a tenant was last used: one item per tenant, with an attribute per key.

import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { activityKey, silent } from '../table/keys.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** A tenant that was silent for so long has no activity to speak of. */
const KEPT_SECONDS = 400 * 24 * 60 * 60;

const PREFIX = 'Key#';

export interface Activity {
  /** By key id. */
  readonly lastUses: ReadonlyMap<string, Date>;
  readonly lastRequestAt: Date | undefined;
}

/**
 * Notes that the key was used at `now` (milliseconds), unless it was noted in the `intervalMs` before. Waits for
 * `timeoutMs` at most, then rejects.
 */
export const recordUse = async (
  tenant: Incarnation,
  keyId: string,
  now: number,
  { intervalMs, timeoutMs }: { readonly intervalMs: number; readonly timeoutMs: number },
): Promise<void> => {
  const update = new UpdateCommand({
    TableName: tableName,
    Key: activityKey(tenant),
    UpdateExpression: 'SET #key = :now, ExpiresAt = :expiry, Silent = :silent',
    ConditionExpression: 'attribute_not_exists(#key) OR #key <= :due',
    ExpressionAttributeNames: { '#key': `${PREFIX}${keyId}` },
    ExpressionAttributeValues: {
      ':now': now,
      ':silent': silent.Silent,
      ':due': now - intervalMs,
      ':expiry': Math.ceil(now / 1000) + KEPT_SECONDS,
    },
  });
  await unlessConditionFails(documents.send(update, { abortSignal: AbortSignal.timeout(timeoutMs) }));
};

/** What was noted, for all keys that the tenant ever had. */
export const readActivity = async (tenant: Incarnation): Promise<Activity> => {
  const request = new GetCommand({ TableName: tableName, Key: activityKey(tenant), ConsistentRead: true });
  const { Item = {} } = await documents.send(request);
  const uses = Object.entries(Item)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, at]) => [name.slice(PREFIX.length), new Date(at)] as const);
  const latest = Math.max(...uses.map(([, at]) => at.getTime()));
  return { lastUses: new Map(uses), lastRequestAt: uses.length > 0 ? new Date(latest) : undefined };
};
