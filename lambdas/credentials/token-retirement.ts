// Once a day: retires the previous tokens whose grace period is over.

import { logError, logInfo } from '../platform/log.ts';
import { type Incarnation, partsOf } from '../platform/tenant.ts';
import { readActivity } from '../tenants/activity-table.ts';
import { readInventory, walkTenantsWithPrevious } from './inventory.ts';
import { publishTokenRetired } from './token-events.ts';
import { endPreviousToken } from './write-token-secret.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** From this long before a token ends, its use is reported. */
const WARNED_DAYS = 7;

/** The outcome for all tenants. */
export interface Retirement {
  /** Tenants whose previous token was retired. */
  readonly retired: number;
  /** Tenants whose previous token ends within a week and was used in the last day. */
  readonly stillUsed: number;
  /** Tenants whose tokens could not be checked; they are in the log. */
  readonly failed: number;
}

/** Retires what is due, for every tenant; a failure affects only its tenant. `nowMs` in milliseconds. Idempotent. */
export const retirePreviousTokens = async (nowMs: number): Promise<Retirement> => {
  const count = { retired: 0, stillUsed: 0, failed: 0, waiting: 0 };
  for await (const tenant of walkTenantsWithPrevious()) {
    try {
      count[await retireIfOver(tenant, nowMs)] += 1;
    } catch (error) {
      count.failed += 1;
      logError('A previous token could not be checked.', error, partsOf(tenant));
    }
  }
  const { waiting, ...retirement } = count;
  logInfo('previous tokens', { ...retirement, waiting });
  return retirement;
};

const retireIfOver = async (
  tenant: Incarnation,
  nowMs: number,
): Promise<'retired' | 'stillUsed' | 'waiting'> => {
  const previous = (await readInventory(tenant))?.previous;
  if (!previous) return 'waiting';
  const { keyId, endsAt } = previous;
  if (endsAt.getTime() <= nowMs) {
    // Published first, or a crash in between would lose the event; the token is retired even if the bus does not accept it.
    await publishTokenRetired({ tenant, keyId });
    await endPreviousToken({ tenant, keyId });
    logInfo('previous token retired', { ...partsOf(tenant), keyId });
    return 'retired';
  }
  if (endsAt.getTime() - nowMs > WARNED_DAYS * DAY_MS) return 'waiting';
  const lastUse = (await readActivity(tenant)).lastUses.get(keyId);
  if (!lastUse || nowMs - lastUse.getTime() > DAY_MS) return 'waiting';
  logInfo('previous token still used', { ...partsOf(tenant), keyId, endsAt: endsAt.toISOString() });
  return 'stillUsed';
};
