// One retry round of a webhook: posts its backlog, oldest first.

import type { BusinessEvent } from '../events/event.ts';
import { logInfo } from '../platform/log.ts';
import { partsOf } from '../tenants/tenant.ts';
import { type BacklogEvent, removeFromBacklog, walkBacklog } from './backlog-table.ts';
import { type Delivery, noteDeliveries } from './deliveries-table.ts';
import type { WebhookEndpoint } from './endpoint.ts';
import type { PostResult } from './post.ts';
import type { WebhookRetry } from './retries-table.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Events posted to an endpoint in parallel. */
const PARALLEL_POSTS = 10;

/** After so many refusals in a row, the endpoint rejects this event type: the rest of it is skipped in this round. */
const MAX_REFUSED_IN_A_ROW = 20;

/** The outcome of a round; its members are logged. */
export interface Posted {
  /** Events that were accepted. */
  readonly taken: number;
  /** Events that were refused and stay in the backlog. */
  readonly refused: number;
  /** Whether untried events are left. */
  readonly more: boolean;
  /** The last refusal. */
  readonly answer: string | undefined;
  /** Whether the round ended because the endpoint is down. */
  readonly isDown: boolean;
  /** Whether the endpoint asked for no more messages (410). */
  readonly gone: boolean;
  /** Events that were dropped. */
  readonly givenUp: number;
}

/**
 * Posts the backlog from its beginning, until `endsAtMs` or until the endpoint is down. Single refusals do not delay events
 * of other types. `now` and `endsAtMs` in milliseconds since the epoch.
 */
export const postBacklog = async (
  { tenant, takenAtMs = 0 }: WebhookRetry,
  endpoint: WebhookEndpoint,
  now: number,
  endsAtMs: number,
): Promise<Posted> => {
  const sum = { taken: 0, refused: 0, givenUp: 0, answer: undefined as string | undefined, gone: false };
  const refusedInARow = new Map<string, number>();
  // Refused for a day by an endpoint that accepts other events: it will never accept this one.
  const isHopeless = ({ sinceMs }: Waiting) => now - takenAtMs < DAY_MS && now - sinceMs > DAY_MS;
  for await (const page of walkBacklog(tenant, PARALLEL_POSTS)) {
    if (page.length === 0) continue;
    // The operator may have changed the event types since.
    const [wanted, unwanted] = partition(page.map(read), ({ event }) => endpoint.wants(event));
    const tried = wanted.filter(({ event }) => (refusedInARow.get(event.type) ?? 0) < MAX_REFUSED_IN_A_ROW);
    const { taken, refused, answers } = await postPage(endpoint, tried);
    const isDown = taken.length === 0 && answers.some((answer) => answer.isDown);
    const [givenUp, kept] = isDown ? [[], refused] : partition(refused, isHopeless);
    await removeFromBacklog(tenant, [...taken, ...givenUp, ...unwanted]);
    await noteDeliveries(tenant, [
      ...taken.map(noteOf('accepted', now)),
      ...givenUp.map(noteOf('dropped', now)),
    ]);
    for (const { id } of givenUp) logInfo('event given up', { ...partsOf(tenant), eventId: id });
    for (const { event } of kept) refusedInARow.set(event.type, (refusedInARow.get(event.type) ?? 0) + 1);
    for (const { event } of taken) refusedInARow.delete(event.type);
    sum.taken += taken.length;
    sum.refused += kept.length;
    sum.givenUp += givenUp.length;
    sum.answer = answers.at(-1)?.answer ?? sum.answer;
    sum.gone ||= answers.some(({ gone }) => gone);
    if (isDown || Date.now() > endsAtMs) return { ...sum, isDown, more: page.length === PARALLEL_POSTS };
  }
  return { ...sum, isDown: false, more: false };
};

interface Waiting extends BacklogEvent {
  readonly event: BusinessEvent;
}

const noteOf =
  (status: Delivery['status'], atMs: number) =>
  ({ id, text, answer = '' }: Waiting): Delivery => ({ id, text, atMs, status, answer });

/** A waiting event with the answer that it got now. */
const answered = ({
  waiting,
  outcome,
}: {
  readonly waiting: Waiting;
  readonly outcome: PostResult;
}): Waiting => ({
  ...waiting,
  answer: outcome.answer,
});

const read = (waiting: BacklogEvent): Waiting => ({ ...waiting, event: JSON.parse(waiting.text) });

const postPage = async (endpoint: WebhookEndpoint, page: readonly Waiting[]) => {
  const posted = await Promise.all(
    page.map(async (waiting) => ({ waiting, outcome: await endpoint.send(waiting.event) })),
  );
  const [taken, refused] = partition(posted, ({ outcome }) => outcome.taken);
  return {
    taken: taken.map(answered),
    refused: refused.map(answered),
    answers: refused.flatMap(({ outcome }) => (outcome.taken ? [] : [outcome])),
  };
};

const partition = <Value>(
  values: readonly Value[],
  isFirst: (value: Value) => boolean,
): [Value[], Value[]] => [values.filter(isFirst), values.filter((value) => !isFirst(value))];
