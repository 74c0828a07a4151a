// One round of retries: what waits for a webhook is posted, the oldest first.

import type { BusinessEvent } from '../events/event.ts';
import { logInfo } from '../platform/log.ts';
import { partsOf } from '../tenants/tenant.ts';
import { removeWaiting, type WaitingEvent, walkWaiting } from './backlog-table.ts';
import type { WebhookEndpoint } from './endpoint.ts';
import type { WebhookRetry } from './retries-table.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Events that are posted to an endpoint at the same time. */
const AT_ONCE = 10;

/** After so many refusals in a row it is the type of event that the endpoint does not like: the rest of it is left out. */
const MOST_REFUSED = 20;

/** What came of a round. */
export interface Posted {
  readonly taken: number;
  readonly refused: number;
  /** Whether events wait that were not tried. */
  readonly more: boolean;
  /** The last answer that was no success. */
  readonly answer: string | undefined;
  readonly isDown: boolean;
  readonly gone: boolean;
  /** Events that will not be tried any more. */
  readonly givenUp: number;
}

/**
 * Posts the backlog from its beginning, until it is `endsAt` or the endpoint is down. What it refuses while it is not holds up
 * no event of another type.
 */
export const postBacklog = async (
  { tenant, takenAtMs = 0 }: WebhookRetry,
  endpoint: WebhookEndpoint,
  now: number,
  endsAt: number,
): Promise<Posted> => {
  const sum = { taken: 0, refused: 0, givenUp: 0, answer: undefined as string | undefined, gone: false };
  const refusedInARow = new Map<string, number>();
  // An endpoint that works, but for a day not with this event, never will.
  const isHopeless = ({ sinceMs }: Waiting) => now - takenAtMs < DAY_MS && now - sinceMs > DAY_MS;
  for await (const page of walkWaiting(tenant, AT_ONCE)) {
    if (page.length === 0) continue;
    // The operator may have set the webhook anew, for other events.
    const [wanted, unwanted] = partition(page.map(read), ({ event }) => endpoint.wants(event));
    const tried = wanted.filter(({ event }) => (refusedInARow.get(event.type) ?? 0) < MOST_REFUSED);
    const { taken, refused, answers } = await postPage(endpoint, tried);
    const isDown = taken.length === 0 && answers.some((answer) => answer.isDown);
    const [givenUp, kept] = isDown ? [[], refused] : partition(refused, isHopeless);
    await removeWaiting(tenant, [...taken, ...givenUp, ...unwanted]);
    for (const { id } of givenUp) logInfo('event given up', { ...partsOf(tenant), eventId: id });
    for (const { event } of kept) refusedInARow.set(event.type, (refusedInARow.get(event.type) ?? 0) + 1);
    for (const { event } of taken) refusedInARow.delete(event.type);
    sum.taken += taken.length;
    sum.refused += kept.length;
    sum.givenUp += givenUp.length;
    sum.answer = answers.at(-1)?.answer ?? sum.answer;
    sum.gone ||= answers.some(({ gone }) => gone);
    if (isDown || Date.now() > endsAt) return { ...sum, isDown, more: page.length === AT_ONCE };
  }
  return { ...sum, isDown: false, more: false };
};

interface Waiting extends WaitingEvent {
  readonly event: BusinessEvent;
}

const read = (waiting: WaitingEvent): Waiting => ({ ...waiting, event: JSON.parse(waiting.text) });

const postPage = async (endpoint: WebhookEndpoint, page: readonly Waiting[]) => {
  const posted = await Promise.all(
    page.map(async (waiting) => ({ waiting, outcome: await endpoint.send(waiting.event) })),
  );
  const [taken, refused] = partition(posted, ({ outcome }) => outcome.taken);
  return {
    taken: taken.map(({ waiting }) => waiting),
    refused: refused.map(({ waiting }) => waiting),
    answers: refused.flatMap(({ outcome }) => (outcome.taken ? [] : [outcome])),
  };
};

const partition = <Value>(
  values: readonly Value[],
  isFirst: (value: Value) => boolean,
): [Value[], Value[]] => [values.filter(isFirst), values.filter((value) => !isFirst(value))];
