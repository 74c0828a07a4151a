// What webhooks did not take, tried again: a round a minute at first, then less often. An endpoint that takes anything again
// is used again; one that takes nothing for a day is switched off until an operator has seen to it.

import pMap from 'p-map';
import { logError, logInfo } from '../platform/log.ts';
import { partsOf } from '../tenants/tenant.ts';
import { countWaitingUpTo, eraseBacklog } from './backlog-table.ts';
import { endpointOf } from './endpoint.ts';
import { claimRetry, endRetry, readRetries, updateRetry, type WebhookRetry } from './retries-table.ts';
import { type Posted, postBacklog } from './round.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The pause after a failed round doubles up to this. */
const LONGEST_PAUSE_MS = 15 * MINUTE_MS;

/** With ten connections each, half of the files that Lambda lets a function have open. */
const WEBHOOKS_AT_ONCE = 50;

/** A round begins nothing more after this; an endpoint has 15 s for its answer, and the function a minute for all. */
const ROUND_MS = 35_000;

/**
 * Longer than any invocation takes, a round as well as a delivery: what one of them still writes after its retry was read is
 * in the table by then.
 */
const SETTLED_MS = 2 * MINUTE_MS;

/**
 * A backlog is counted up to here after a round that left something, so at most once a minute, and once in 15 for an endpoint
 * that is down: some 90 read units.
 */
const MOST_COUNTED = 1000;

/** How webhooks stood when a minute's work began, and what it left. */
export interface RetryState {
  /** Webhooks to which nothing is posted but by retries, those among them that are switched off. */
  readonly suspended: number;
  /** Events of the longest backlog among the webhooks that were tried, up to `MOST_COUNTED`. */
  readonly backlog: number;
}

export interface RetryRound {
  /** Events that were taken. */
  readonly taken: number;
  /** Webhooks that were switched off. */
  readonly disabled: number;
  /** Events that webhooks which take others refused for a day. */
  readonly givenUp: number;
}

const NOTHING = { taken: 0, disabled: 0, givenUp: 0, waiting: 0 };

/**
 * Tries the webhooks whose time has come, once each, those first that wait longest; repeatable, and whoever comes second
 * finds them claimed. What there is no time for stays due. `now` in milliseconds; `onTurn` hears of each webhook at once.
 */
export const retryWebhooks = async (now: number, onTurn: (turn: RetryRound) => void): Promise<RetryState> => {
  const retries = await readRetries();
  const due = retries.filter(({ retryAtMs }) => retryAtMs !== undefined && retryAtMs <= now);
  const endsAt = Date.now() + ROUND_MS;
  let backlog = 0;
  const take = async (retry: WebhookRetry): Promise<void> => {
    if (Date.now() >= endsAt) return;
    try {
      const { waiting, ...turn } = await takeTurn(retry, now, endsAt);
      onTurn(turn);
      backlog = Math.max(backlog, waiting);
    } catch (error) {
      logError('A webhook could not be tried again.', error, partsOf(retry.tenant));
    }
  };
  await pMap(due, take, { concurrency: WEBHOOKS_AT_ONCE });
  return { suspended: retries.filter(({ suspended }) => suspended).length, backlog };
};

const takeTurn = async (
  retry: WebhookRetry,
  now: number,
  endsAt: number,
): Promise<RetryRound & { readonly waiting: number }> => {
  const claimed = { ...retry, retryAtMs: now + SETTLED_MS };
  if (!(await claimRetry(retry, claimed.retryAtMs))) return NOTHING;
  const endpoint = await endpointOf(retry.tenant);
  if (!endpoint) {
    await eraseBacklog(retry.tenant);
    await endRetry(claimed);
    return NOTHING;
  }
  // That is no fault of the endpoint, and not counted against it.
  if (!endpoint.canSign) throw new Error('There is nothing to sign with.');
  const round = await postBacklog(retry, endpoint, now, endsAt);
  const next = nextRetry(retry, round, now);
  const written = next ? await updateRetry(claimed, next) : await endRetry(claimed);
  const isOff = written && next !== undefined && next.retryAtMs === undefined;
  logInfo(isOff ? 'webhook switched off' : 'webhook tried again', { ...partsOf(retry.tenant), ...round });
  const waiting = next ? await countWaitingUpTo(retry.tenant, MOST_COUNTED) : 0;
  return { taken: round.taken, disabled: Number(isOff), givenUp: round.givenUp, waiting };
};

/** The retry after a round; undefined when there is none, because nothing waits and nothing can come. */
const nextRetry = (
  retry: WebhookRetry,
  { taken, refused, more, answer = retry.answer, isDown, gone }: Posted,
  now: number,
): WebhookRetry | undefined => {
  const { suspended, failures } = retry;
  if (refused === 0 && !more) {
    return suspended ? { ...retry, suspended: false, retryAtMs: now + SETTLED_MS } : undefined;
  }
  if (taken > 0) {
    // What was not tried goes first; with what was refused alone, the endpoint works again.
    const working = { ...retry, suspended: more, sinceMs: now, takenAtMs: now, failures: 0, answer };
    return { ...working, retryAtMs: more ? now : now + pause(0) };
  }
  const isOver = gone || now - retry.sinceMs >= DAY_MS;
  return {
    ...retry,
    suspended: isOver || (suspended && isDown),
    failures: failures + 1,
    answer,
    retryAtMs: isOver ? undefined : now + pause(failures),
  };
};

const pause = (failures: number) => Math.min(LONGEST_PAUSE_MS, MINUTE_MS * 2 ** failures);
