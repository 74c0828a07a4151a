// Publishes refused tokens. After one 401 Entra stops sending requests for hours, so the very first must be reported. The
// authorizer does it itself, without the table, and in constant time, so that strangers cannot probe which tenants exist.

import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../platform/clock.ts';
import { logError } from '../platform/log.ts';
import { createBudget } from './budget.ts';
import type { TokenKey } from './token.ts';
import { publishTokenRefused } from './token-events.ts';
import { hasSecret } from './token-secret.ts';
import type { Refusal, RefusalCause } from './verify.ts';

/**
 * A refusal that is looked up is answered after exactly this time, whatever the outcome. Unfinished work is aborted: Lambda
 * freezes the function once it has answered.
 */
const HOLD_MS = 225;

const HOUR_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

/** Entries that are kept; the oldest is evicted first. */
const SIZE = 1_000;

/**
 * Lookups of keys that are not the tenant's own: so many at once, then one in each interval. Evenly, so that forgeries never
 * have all authorizers waiting at the same time; they take at most an eighth of an authorizer's time, HOLD_MS of each two seconds.
 */
const takeLookup = createBudget(4, 2_000);

const OWN: ReadonlySet<RefusalCause> = new Set(['retired', 'pending', 'wrongSecret']);

/** Whether the refused key is, or was, one of the tenant's. */
export const isOwnKey = ({ cause }: Refusal): boolean => OWN.has(cause);

/** By tenant, separately for its own keys and for others: until when refusals are not reported (ms since the epoch). */
const mutedUntilMs = new Map<string, number>();

const mute = (what: string, untilMs: number): void => {
  mutedUntilMs.delete(what);
  mutedUntilMs.set(what, untilMs);
  for (const oldest of mutedUntilMs.keys()) {
    if (mutedUntilMs.size <= SIZE) break;
    mutedUntilMs.delete(oldest);
  }
};

/**
 * Publishes the refusal, if the tenant exists: once per clock hour for the tenant's own keys and once for others, so that
 * strangers cannot mask a customer's refusal. Never rejects; takes either no time or HOLD_MS. If the bus did not accept the
 * event for an own key, the next refusal after a minute tries again.
 */
export const reportRefusal = async (refusal: Refusal): Promise<void> => {
  const { claimed } = refusal;
  if (!claimed) return;
  const nowMs = now();
  const isOwn = isOwnKey(refusal);
  const what = `${claimed.tenant} ${isOwn ? 'own' : 'other'}`;
  if (nowMs < (mutedUntilMs.get(what) ?? 0) || !(isOwn || takeLookup(nowMs))) return;
  const hour = Math.floor(nowMs / HOUR_MS);
  const nextHour = (hour + 1) * HOUR_MS;
  // Other keys are looked up once an hour, published or not: a second lookup would reveal that the tenant exists.
  mute(what, isOwn ? nowMs + MINUTE_MS : nextHour);
  const giveUp = new AbortController();
  settle(refusal.cause, claimed, hour, giveUp.signal).then(
    (isSettled) => {
      if (isSettled) mute(what, nextHour);
    },
    (error: unknown) => logError('A refused token could not be reported.', error, { ...claimed }),
  );
  await sleep(HOLD_MS);
  giveUp.abort();
};

/** Whether the event was published, or the tenant does not exist: nothing more to do in this hour. */
const settle = async (
  cause: RefusalCause,
  claimed: TokenKey,
  hour: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const exists = OWN.has(cause) || (await hasSecret(claimed.tenant, signal));
  return !exists || publishTokenRefused(claimed, cause, hour, signal);
};
