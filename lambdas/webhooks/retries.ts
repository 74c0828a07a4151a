// Retries the backlogs of webhooks: once a minute at first, then less often. An endpoint that accepts anything again is
// resumed; one that accepts nothing for a day is disabled until an operator enables it.

import pMap from 'p-map';
import { logError, logInfo } from '../platform/log.ts';
import { partsOf } from '../tenants/tenant.ts';
import { eraseBacklog, sizeOfBacklog } from './backlog-table.ts';
import { endpointOf } from './endpoint.ts';
import {
  claimRetry,
  endRetry,
  findRetry,
  readRetries,
  updateRetry,
  type WebhookRetry,
} from './retries-table.ts';
import { type Posted, postBacklog } from './round.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The pause doubles with each failed round, up to this. */
const LONGEST_PAUSE_MS = 15 * MINUTE_MS;

/** With ten connections each, that is half of the file descriptors that a Lambda function may open. */
const PARALLEL_WEBHOOKS = 50;

/** No post starts later than this in a round: an endpoint has 15 s to answer, and the function has a minute for all. */
const ROUND_MS = 35_000;

/** Longer than any invocation: by then, everything that a concurrent delivery or round still writes is in the table. */
const SETTLED_MS = 2 * MINUTE_MS;

/**
 * A backlog is counted up to this after a round that left something: some 90 read units at most once a minute, or once in 15
 * for an endpoint that is down.
 */
const MAX_COUNTED = 1000;

/** For the metrics of all webhooks. */
interface RetryState {
  /** Suspended webhooks at the start, including those disabled. */
  readonly suspended: number;
  /** The longest backlog left by a round, up to `MAX_COUNTED`. */
  readonly backlog: number;
  /** For how long the oldest event that a round left has been waiting, in seconds. */
  readonly oldestSeconds: number;
}

/** The outcome of one webhook's round. */
interface RetryRound {
  /** Events that were accepted. */
  readonly taken: number;
  /** 1 if the webhook was disabled, else 0. */
  readonly disabled: number;
  /** Events that were dropped: refused for a day by an endpoint that accepts others. */
  readonly givenUp: number;
}

const NOTHING = { taken: 0, disabled: 0, givenUp: 0, waiting: 0, oldestMs: undefined };

/**
 * Runs the due retries, once each, the longest overdue first; those that do not fit into the time stay due. Concurrent calls
 * are safe: each retry is claimed. `now` in milliseconds; `onTurn` is called after each webhook.
 */
export const retryWebhooks = async (now: number, onTurn: (turn: RetryRound) => void): Promise<RetryState> => {
  const retries = await readRetries();
  const due = retries.filter(({ retryAtMs }) => retryAtMs !== undefined && retryAtMs <= now);
  const endsAtMs = Date.now() + ROUND_MS;
  let [backlog, oldestMs] = [0, now];
  const take = async (retry: WebhookRetry): Promise<void> => {
    if (Date.now() >= endsAtMs) return;
    try {
      const { waiting, oldestMs: oldest = now, ...turn } = await takeTurn(retry, now, endsAtMs);
      onTurn(turn);
      backlog = Math.max(backlog, waiting);
      oldestMs = Math.min(oldestMs, oldest);
    } catch (error) {
      logError('A webhook could not be retried.', error, partsOf(retry.tenant));
    }
  };
  await pMap(due, take, { concurrency: PARALLEL_WEBHOOKS });
  const oldestSeconds = Math.floor((now - oldestMs) / 1000);
  return { suspended: retries.filter(({ suspended }) => suspended).length, backlog, oldestSeconds };
};

const takeTurn = async (
  retry: WebhookRetry,
  now: number,
  endsAtMs: number,
): Promise<RetryRound & { readonly waiting: number; readonly oldestMs: number | undefined }> => {
  const claimed = { ...retry, retryAtMs: now + SETTLED_MS };
  if (!(await claimRetry(retry, claimed.retryAtMs))) return NOTHING;
  const endpoint = await endpointOf(retry.tenant);
  if (!endpoint) {
    await eraseBacklog(retry.tenant);
    await endRetry(claimed);
    return NOTHING;
  }
  // Not the endpoint's fault, so it does not count as a failure.
  if (!endpoint.canSign) throw new Error('The signing secrets are not known.');
  const round = await postBacklog(retry, endpoint, now, endsAtMs);
  const next = await writeOutcome(claimed, round, now);
  const isOff = next !== undefined && next.retryAtMs === undefined;
  logInfo(isOff ? 'webhook switched off' : 'webhook tried again', { ...partsOf(retry.tenant), ...round });
  const left = next ? await sizeOfBacklog(retry.tenant, MAX_COUNTED) : undefined;
  const { events: waiting = 0, oldestMs } = left ?? {};
  return { taken: round.taken, disabled: Number(isOff), givenUp: round.givenUp, waiting, oldestMs };
};

/**
 * Writes the outcome of a round, and returns the retry as it is now; undefined when there is none. Notes that were written
 * meanwhile are newer than the round: its outcome is derived from them again. When the retry itself was set to another
 * time, by a suspension or an operator, that stands.
 */
const writeOutcome = async (
  claimed: WebhookRetry,
  round: Posted,
  now: number,
): Promise<WebhookRetry | undefined> => {
  let current: WebhookRetry | undefined = claimed;
  while (current !== undefined && current.retryAtMs === claimed.retryAtMs) {
    const answer = current.notes === claimed.notes ? (round.answer ?? current.answer) : current.answer;
    const next = nextRetry({ ...current, answer }, round, now);
    if (next ? await updateRetry(current, next) : await endRetry(current)) return next;
    current = await findRetry(claimed.tenant);
  }
  return current;
};

/** The retry after a round; undefined when the backlog is empty and no late write can add to it. */
const nextRetry = (
  retry: WebhookRetry,
  { taken, refused, more, isDown, gone }: Posted,
  now: number,
): WebhookRetry | undefined => {
  const { suspended, failures, notedAtMs = 0 } = retry;
  if (refused === 0 && !more) {
    const isSettled = !suspended && now - notedAtMs >= SETTLED_MS;
    return isSettled ? undefined : { ...retry, suspended: false, failures: 0, retryAtMs: now + SETTLED_MS };
  }
  if (taken > 0) {
    // The endpoint works. While events are left untried it stays suspended, so that they go before new ones.
    const working = { ...retry, suspended: more, sinceMs: now, takenAtMs: now, failures: 0 };
    return { ...working, retryAtMs: more ? now : now + pauseMs(0) };
  }
  const isOver = gone || now - retry.sinceMs >= DAY_MS;
  return {
    ...retry,
    suspended: isOver || (suspended && isDown),
    failures: failures + 1,
    retryAtMs: isOver ? undefined : now + pauseMs(failures),
  };
};

const pauseMs = (failures: number) => Math.min(LONGEST_PAUSE_MS, MINUTE_MS * 2 ** failures);
