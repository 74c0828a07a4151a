// Once a day: the tokens before the current ones end when their grace is over.

import { logError, logInfo } from '../platform/log.ts';
import { readActivity } from '../tenants/activity-table.ts';
import { type Incarnation, partsOf } from '../tenants/tenant.ts';
import { readInventory, walkTenantsWithPrevious } from './inventory.ts';
import { tellTokenRetired } from './token-events.ts';
import { removeStage } from './write-token-secret.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** So long before a token ends, its use is worth a warning. */
const WARNED_DAYS = 7;

export interface Retirement {
  /** Tenants whose previous token was ended. */
  readonly retired: number;
  /** Tenants whose previous token ends within a week and was used in the last day. */
  readonly stillUsed: number;
  /** Tenants whose tokens could not be looked at; they are in the log. */
  readonly failed: number;
}

/** Ends what is over, for every tenant; repeatable, and what fails for one tenant is left out for that one only. */
export const retirePreviousTokens = async (now: Date): Promise<Retirement> => {
  const count = { retired: 0, stillUsed: 0, failed: 0, waiting: 0 };
  for await (const tenant of walkTenantsWithPrevious()) {
    try {
      count[await retireIfOver(tenant, now)] += 1;
    } catch (error) {
      count.failed += 1;
      logError('A previous token could not be looked at.', error, partsOf(tenant));
    }
  }
  const { waiting, ...retirement } = count;
  logInfo('previous tokens', { ...retirement, waiting });
  return retirement;
};

const retireIfOver = async (tenant: Incarnation, now: Date): Promise<'retired' | 'stillUsed' | 'waiting'> => {
  const previous = (await readInventory(tenant))?.previous;
  if (!previous) return 'waiting';
  const { keyId, endsAt } = previous;
  if (endsAt <= now) {
    // The product is told first, or a crash between the two would leave it untold; the end does not wait for it.
    await tellTokenRetired({ tenant, keyId });
    await removeStage(tenant, 'AWSPREVIOUS', keyId);
    logInfo('previous token retired', { ...partsOf(tenant), keyId });
    return 'retired';
  }
  if (endsAt.getTime() - now.getTime() > WARNED_DAYS * DAY_MS) return 'waiting';
  const lastUse = (await readActivity(tenant)).lastUses.get(keyId);
  if (!lastUse || now.getTime() - lastUse.getTime() > DAY_MS) return 'waiting';
  logInfo('previous token still used', { ...partsOf(tenant), keyId, endsAt: endsAt.toISOString() });
  return 'stillUsed';
};
