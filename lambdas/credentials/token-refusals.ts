// After one 401 Entra stops asking for hours, so the operator must hear of the first. The authorizer says so itself, without
// the table, and without telling strangers by the time that it takes which tenants exist.

import { setTimeout as sleep } from 'node:timers/promises';
import { logError } from '../platform/log.ts';
import type { TokenKey } from './token.ts';
import { tellTokenRefused } from './token-events.ts';
import { hasSecret } from './token-secret.ts';
import type { Refusal, RefusalCause } from './verify.ts';

/**
 * A refusal that is looked into is answered after exactly this time, whatever is found. What is not done by then is given
 * up: Lambda halts a function with its answer, so nothing can go on behind it.
 */
const HOLD_MS = 225;

const HOUR_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

/** What is remembered; what was noted longest ago goes first. */
const SIZE = 1_000;

/** So many claims of strangers are looked into in a minute, so that forgeries cannot keep the authorizers busy with holding. */
const CLAIMS_PER_MINUTE = 30;

const OWN: ReadonlySet<RefusalCause> = new Set(['retired', 'pending', 'wrongSecret']);

/** Whether the tenant has this key, or had it. */
export const isOwnKey = ({ cause }: Refusal): boolean => OWN.has(cause);

/** By tenant, apart for its own keys and for others: until when (ms since the epoch) nothing is told of it. */
const quietUntil = new Map<string, number>();

const keepQuiet = (what: string, untilMs: number): void => {
  quietUntil.delete(what);
  quietUntil.set(what, untilMs);
  for (const oldest of quietUntil.keys()) {
    if (quietUntil.size <= SIZE) break;
    quietUntil.delete(oldest);
  }
};

/**
 * Tells of the refusal, if there is such a tenant, once in an hour of the clock for the tenant's own keys and once for
 * others, so that what strangers send hides nothing. Never rejects, and takes either no time or HOLD_MS. Where the bus did
 * not take that of an own key, it is tried again with the next refusal after a minute.
 */
export const tellRefusal = async (refusal: Refusal): Promise<void> => {
  const { claimed } = refusal;
  if (!claimed) return;
  const now = Date.now();
  const isOwn = isOwnKey(refusal);
  const what = `${claimed.tenant} ${isOwn ? 'own' : 'other'}`;
  if (now < (quietUntil.get(what) ?? 0) || !(isOwn || mayLookInto(now))) return;
  const hour = Math.floor(now / HOUR_MS);
  const nextHour = (hour + 1) * HOUR_MS;
  // A claim is looked into once an hour, told or not: to do so again would say that there is something to tell.
  keepQuiet(what, isOwn ? now + MINUTE_MS : nextHour);
  const giveUp = new AbortController();
  settle(refusal.cause, claimed, hour, giveUp.signal).then(
    (isSettled) => {
      if (isSettled) keepQuiet(what, nextHour);
    },
    (error: unknown) => logError('Nobody could be told of a refused token.', error, { ...claimed }),
  );
  await sleep(HOLD_MS);
  giveUp.abort();
};

/** Whether the tenant was told of, or does not exist: in this hour there is nothing more to do. */
const settle = async (
  cause: RefusalCause,
  claimed: TokenKey,
  hour: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const exists = OWN.has(cause) || (await hasSecret(claimed.tenant, signal));
  return !exists || tellTokenRefused(claimed, cause, hour, signal);
};

let minute = { at: 0, claims: 0 };

const mayLookInto = (now: number): boolean => {
  const at = Math.floor(now / MINUTE_MS);
  minute = { at, claims: minute.at === at ? minute.claims + 1 : 1 };
  return minute.claims <= CLAIMS_PER_MINUTE;
};
