// When each token of a tenant was last used, and when the tenant asked in the last two weeks: one item per tenant.
//
// The gaps between requests are kept by the first and the last use of each slot of eight hours, whatever the key: one
// update writes both without a read. A gap inside a slot is shorter than the slot, and three times that is less than the
// 26 h that no tenant's silence falls below (tenants/silence.ts), so nothing that matters is lost. With 42 slots and the
// four keys that the hourly watch leaves, the item stays under 1 KB, so that a note costs one write unit.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { within } from '../platform/within.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { activityKey, silent } from '../table/keys.ts';
import { getItem, getItemsInOrder, type TableItem } from '../table/read.ts';
import type { Incarnation } from './tenant.ts';

/** A tenant that was silent for so long has no activity to speak of. */
const KEPT_SECONDS = 400 * 24 * 60 * 60;

const PREFIX = 'Key#';

const SLOT_MS = 8 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

/** Fourteen days. */
const SLOTS = 42;

/** A note removes what is older, a month back; what a longer silence leaves behind is passed over by readers. */
const REMOVED_SLOTS = 84;

export interface Activity {
  /** By key id. */
  readonly lastUses: ReadonlyMap<string, Date>;
  readonly lastRequestAt: Date | undefined;
  /** In milliseconds, of the 14 days before the last request; 0 when there was but one. Shorter ones than 8 h may be missing. */
  readonly longestGapMs: number;
  /** The last request before the silence that the product was told of, in milliseconds since the epoch. */
  readonly silencePublishedFor: number | undefined;
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
  const slot = Math.floor(now / SLOT_MS);
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
      ':now': now,
      ':minute': Math.floor((now % SLOT_MS) / MINUTE_MS),
      ':silent': silent.Silent,
      ':due': now - intervalMs,
      ':expiry': Math.ceil(now / 1000) + KEPT_SECONDS,
    },
  });
  // The SDK does not look at an abort signal while it waits between two attempts.
  const sending = documents.send(update, { abortSignal: AbortSignal.timeout(timeoutMs) });
  await unlessConditionFails(within(timeoutMs, sending));
};

/** The attributes with the minutes of a slot at which it was first and last asked: `F1bu8`, `L1bu8`. */
const slotNames = (slot: number): [first: string, last: string] => {
  const name = slot.toString(36);
  return [`F${name}`, `L${name}`];
};

/** What was noted, for all keys that the tenant ever had. */
export const readActivity = async (tenant: Incarnation): Promise<Activity> =>
  fromItem(await getItem(activityKey(tenant)));

/** The same for many tenants, in their order: 100 a call, one read unit each. */
export const readActivities = async (tenants: readonly Incarnation[]): Promise<Activity[]> =>
  (await getItemsInOrder(tenants.map(activityKey))).map(fromItem);

/** The uses of more keys would take the item beyond one write unit. */
const KEPT_KEYS = 4;

/** Whether there are notes of keys that ended long ago. */
export const hasOldKeys = ({ lastUses }: Activity): boolean => lastUses.size > KEPT_KEYS;

/** Forgets the uses of all keys but the four that were used last; one that is used again is noted again. */
export const forgetOldKeys = async (tenant: Incarnation, { lastUses }: Activity): Promise<void> => {
  const old = [...lastUses].toSorted(([, a], [, b]) => b.getTime() - a.getTime()).slice(KEPT_KEYS);
  const names = old.map(([keyId], index) => [`#key${index}`, `${PREFIX}${keyId}`] as const);
  const update = new UpdateCommand({
    TableName: tableName,
    Key: activityKey(tenant),
    UpdateExpression: `REMOVE ${names.map(([placeholder]) => placeholder).join(', ')}`,
    // The item of a tenant that was deleted meanwhile is not made again.
    ConditionExpression: 'attribute_exists(PK)',
    ExpressionAttributeNames: Object.fromEntries(names),
  });
  await unlessConditionFails(documents.send(update));
};

/** Notes that the product knows of the silence since `lastRequestAt`. */
export const noteSilencePublished = async (tenant: Incarnation, lastRequestAt: Date): Promise<void> => {
  const update = new UpdateCommand({
    TableName: tableName,
    Key: activityKey(tenant),
    UpdateExpression: 'SET SilenceToldFor = :at',
    // The item of a tenant that was deleted meanwhile is not made again.
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
