// The only place that knows EventBridge.

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

export const bus = new EventBridgeClient({});

const EVENTS_PER_CALL = 10;
const ATTEMPTS = 3;

/** The bus did not take an event. `$retryable` says what the SDK's own exceptions do: the event itself is in order. */
class BusError extends Error {
  override readonly name = 'BusError';
  readonly $retryable: object | undefined;

  constructor(isOfBus: boolean, options?: ErrorOptions) {
    super('The bus did not take the event.', options);
    this.$retryable = isOfBus ? {} : undefined;
  }
}

/** An event that did not arrive. */
export interface Refused {
  readonly event: BusinessEvent;
  readonly error: BusError;
}

/**
 * Sends the events in their order, ten a call, and answers with those that did not arrive: what the bus turned away,
 * and, when it cannot be reached or `abortSignal` ends the waiting, all the rest.
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
      const away = new BusError(true, { cause: error });
      return [...refused, ...events.slice(at).map((event) => ({ event, error: away }))];
    }
  }
  return refused;
};

/** EventBridge refuses a whole call for one event that is not in order, as one that is too large. */
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

/** The SDK repeats a call that failed, but not the single events that EventBridge turned away in one that did not. */
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
      logInfo('The bus turned events away.', { events: pending.length, reason: pending[0]?.code });
    }
  }
  return pending.map(({ event, code = '' }) => ({ event, error: new BusError(isCodeOfService(code)) }));
};

const toEntry = (event: BusinessEvent) => ({
  EventBusName: busName,
  Source: EVENT_SOURCE,
  DetailType: event.type,
  Time: new Date(event.time),
  Detail: JSON.stringify(event),
});
