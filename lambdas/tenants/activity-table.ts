// When each token of a tenant was last used, and when the tenant sent requests in the last two weeks: one item per tenant.
//
// The gaps between requests are derived from the first and last request in each eight-hour slot, with any token: one update
// writes both without a read. Gaps within a slot are lost, but three times such a gap is less than the 26 h minimum of a
// silence (silence.ts). With 42 slots and the four keys that the hourly watch keeps, the item stays under 1 KB, so an update
// costs one write unit.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../platform/tenant.ts';
import { withTimeout } from '../platform/with-timeout.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { activityKey, unfollowed } from '../table/keys.ts';
import { getItem, getItemsInOrder, type TableItem } from '../table/read.ts';

/** The item of a tenant that is silent for longer expires. */
const KEPT_SECONDS = 400 * 24 * 60 * 60;

const PREFIX = 'Key#';

const SLOT_MS = 8 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

/** Fourteen days. */
const SLOTS = 42;

/** An update removes older slots, a month back; those left by a longer silence are ignored. */
const REMOVED_SLOTS = 84;

/** When a tenant used its tokens, precise to the hour. */
export interface Activity {
  /** By key id. */
  readonly lastUses: ReadonlyMap<string, Date>;
  /** With any token; undefined when there was no request. */
  readonly lastRequestAt: Date | undefined;
  /** In the 14 days before the last request; 0 when that was the only one. Gaps shorter than 8 h may be missing. */
  readonly longestGapMs: number;
  /** The last request before the silence that was published, in milliseconds since the epoch. */
  readonly silencePublishedFor: number | undefined;
}

/**
 * Records that the key was used at `nowMs` (milliseconds), unless a use was recorded within `intervalMs` before. Rejects after
 * `timeoutMs`.
 */
export const recordUse = async (
  tenant: Incarnation,
  keyId: string,
  nowMs: number,
  { intervalMs, timeoutMs }: { readonly intervalMs: number; readonly timeoutMs: number },
): Promise<void> => {
  const slot = Math.floor(nowMs / SLOT_MS);
  const [first, last] = slotNames(slot);
  const old = Array.from({ length: REMOVED_SLOTS }, (_, index) => slotNames(slot - SLOTS - 1 - index)).flat();
  const update = new UpdateCommand({
    TableName: tableName,
    Key: activityKey(tenant),
    UpdateExpression:
      `SET #key = :now, ExpiresAt = :expiry, Silent = :silent, ${first} = if_not_exists(${first}, :minute), ` +
      `${last} = :minute REMOVE ${old.join(', ')}`,
    ConditionExpression: 'attribute_not_exists(#key) OR #key <= :due',
    ExpressionAttributeNames: { '#key': `${PREFIX}${keyId}` },
    ExpressionAttributeValues: {
      ':now': nowMs,
      ':minute': Math.floor((nowMs % SLOT_MS) / MINUTE_MS),
      ':silent': unfollowed.Silent,
      ':due': nowMs - intervalMs,
      ':expiry': Math.ceil(nowMs / 1000) + KEPT_SECONDS,
    },
  });
  // The SDK does not look at an abort signal while it waits between two attempts.
  const sending = documents.send(update, { abortSignal: AbortSignal.timeout(timeoutMs) });
  await unlessConditionFails(withTimeout(timeoutMs, sending));
};

/** The attributes with the minutes of the first and last request in a slot: `F1bu8`, `L1bu8`. */
const slotNames = (slot: number): [first: string, last: string] => {
  const name = slot.toString(36);
  return [`F${name}`, `L${name}`];
};

/** The activity of the tenant; empty when nothing is recorded. */
export const readActivity = async (tenant: Incarnation): Promise<Activity> =>
  fromItem(await getItem(activityKey(tenant)));

/** The same for many tenants, in order: 100 a call, one read unit each. */
export const readActivities = async (tenants: readonly Incarnation[]): Promise<Activity[]> =>
  (await getItemsInOrder(tenants.map(activityKey))).map(fromItem);

/** With more keys, the item would exceed one write unit. */
const KEPT_KEYS = 4;

/** Whether there are more keys than are kept. */
export const hasOldKeys = ({ lastUses }: Activity): boolean => lastUses.size > KEPT_KEYS;

/** Removes all keys but the four used most recently; one that is used again is recorded again. */
export const forgetOldKeys = async (tenant: Incarnation, { lastUses }: Activity): Promise<void> => {
  const old = [...lastUses].toSorted(([, a], [, b]) => b.getTime() - a.getTime()).slice(KEPT_KEYS);
  const names = old.map(([keyId], index) => [`#key${index}`, `${PREFIX}${keyId}`] as const);
  const update = new UpdateCommand({
    TableName: tableName,
    Key: activityKey(tenant),
    UpdateExpression: `REMOVE ${names.map(([placeholder]) => placeholder).join(', ')}`,
    // Must not recreate the item of a tenant that was deleted meanwhile.
    ConditionExpression: 'attribute_exists(PK)',
    ExpressionAttributeNames: Object.fromEntries(names),
  });
  await unlessConditionFails(documents.send(update));
};

/** Records that the silence since `lastRequestAt` was published. */
export const noteSilencePublished = async (tenant: Incarnation, lastRequestAt: Date): Promise<void> => {
  const update = new UpdateCommand({
    TableName: tableName,
    Key: activityKey(tenant),
    UpdateExpression: 'SET SilenceToldFor = :at',
    // Must not recreate the item of a tenant that was deleted meanwhile.
    ConditionExpression: 'attribute_exists(PK)',
    ExpressionAttributeValues: { ':at': lastRequestAt.getTime() },
  });
  await unlessConditionFails(documents.send(update));
};

const fromItem = (item: TableItem = {}): Activity => {
  const uses = Object.entries(item)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, at]) => [name.slice(PREFIX.length), new Date(at as number)] as const);
  const latest = Math.max(...uses.map(([, at]) => at.getTime()));
  return {
    lastUses: new Map(uses),
    lastRequestAt: uses.length > 0 ? new Date(latest) : undefined,
    longestGapMs: uses.length > 0 ? longestGap(item, latest) : 0,
    silencePublishedFor: item.SilenceToldFor as number | undefined,
  };
};

const longestGap = (item: TableItem, latest: number): number => {
  const newest = Math.floor(latest / SLOT_MS);
  let longest = 0;
  let before: number | undefined;
  for (let slot = newest - SLOTS; slot <= newest; slot++) {
    const [first, last] = slotNames(slot).map((name) => item[name] as number | undefined);
    if (first === undefined || last === undefined) continue;
    const at = (minute: number) => slot * SLOT_MS + minute * MINUTE_MS;
    longest = Math.max(longest, before === undefined ? 0 : at(first) - before);
    before = at(last);
  }
  return longest;
};
