// Publishes events on the EventBridge bus. The only file that calls EventBridge.

import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import * as v from 'valibot';
import { isCodeOfService, isErrorOfAws } from '../platform/aws-errors.ts';
import { readEnvironment } from '../platform/environment.ts';
import { logError, logInfo } from '../platform/log.ts';
import { type BusinessEvent, EVENT_SOURCE } from './event.ts';

const { EVENT_BUS_NAME: busName } = readEnvironment({
  EVENT_BUS_NAME: v.pipe(v.string(), v.minLength(1)),
});

/** The EventBridge client, one per function. */
export const bus = new EventBridgeClient({});

const EVENTS_PER_CALL = 10;
const ATTEMPTS = 3;

/** The bus did not accept an event. `$retryable` is set, as on the SDK's own exceptions, when the event itself is valid. */
class BusError extends Error {
  override readonly name = 'BusError';
  readonly $retryable: object | undefined;

  constructor(isOfBus: boolean, options?: ErrorOptions) {
    super('The bus did not accept the event.', options);
    this.$retryable = isOfBus ? {} : undefined;
  }
}

/** An event that was not published, and why. */
export interface Refused {
  readonly event: BusinessEvent;
  readonly error: BusError;
}

/**
 * Publishes the events in order, ten a call; returns those that were not accepted: the ones the bus rejected and, when
 * it is unreachable or `abortSignal` fires, all that remain. Never rejects.
 */
export const publish = async (
  events: readonly BusinessEvent[],
  abortSignal?: AbortSignal,
): Promise<readonly Refused[]> => {
  const refused: Refused[] = [];
  for (let at = 0; at < events.length; at += EVENTS_PER_CALL) {
    const some = events.slice(at, at + EVENTS_PER_CALL);
    try {
      refused.push(...(await publishSome(some, abortSignal)));
    } catch (error) {
      if (!isErrorOfAws(error) && !abortSignal?.aborted) {
        refused.push(...(await publishEachAlone(some, error, abortSignal)));
        continue;
      }
      logError('The bus cannot be reached.', error, { events: events.length - at });
      const unreachable = new BusError(true, { cause: error });
      return [...refused, ...events.slice(at).map((event) => ({ event, error: unreachable }))];
    }
  }
  return refused;
};

/** EventBridge rejects the whole call for one invalid event, such as one that is too large. */
const publishEachAlone = async (
  events: readonly BusinessEvent[],
  cause: unknown,
  abortSignal: AbortSignal | undefined,
): Promise<readonly Refused[]> => {
  const [event, ...others] = events;
  if (event && others.length === 0) return [{ event, error: new BusError(false, { cause }) }];
  const refused: Refused[] = [];
  for (const each of events) refused.push(...(await publish([each], abortSignal)));
  return refused;
};

/** The SDK retries a call that failed, but not the single entries that EventBridge rejected in a call that succeeded. */
const publishSome = async (
  events: readonly BusinessEvent[],
  abortSignal: AbortSignal | undefined,
): Promise<readonly Refused[]> => {
  let pending = events.map((event): { readonly event: BusinessEvent; readonly code?: string } => ({ event }));
  for (let attempt = 1; pending.length > 0 && attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1) await sleep(50 * 2 ** attempt, undefined, { signal: abortSignal });
    const { Entries = [] } = await bus.send(
      new PutEventsCommand({ Entries: pending.map(({ event }) => toEntry(event)) }),
      { abortSignal },
    );
    pending = pending.flatMap(({ event }, index) => {
      const code = Entries[index]?.ErrorCode;
      return code === undefined ? [] : [{ event, code }];
    });
    if (pending.length > 0) {
      logInfo('The bus rejected events.', { events: pending.length, reason: pending[0]?.code });
    }
  }
  return pending.map(({ event, code = '' }) => ({ event, error: new BusError(isCodeOfService(code)) }));
};

/** SQS, which webhooks and subscribers may get events by, refuses a message with one of these (SendMessage). */
const UNSENDABLE = /[\uFFFE\uFFFF]/g;

const toEntry = (event: BusinessEvent) => ({
  EventBusName: busName,
  Source: EVENT_SOURCE,
  DetailType: event.type,
  Time: new Date(event.time),
  Detail: JSON.stringify(event).replaceAll(UNSENDABLE, '\uFFFD'),
});
