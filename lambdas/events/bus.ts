// The only place that knows EventBridge.

import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import { logError, logInfo } from '../platform/log.ts';
import { type BusinessEvent, EVENT_SOURCE } from './event.ts';

const { EVENT_BUS_NAME: busName } = readEnvironment({
  EVENT_BUS_NAME: v.pipe(v.string(), v.minLength(1)),
});

export const bus = new EventBridgeClient({});

const EVENTS_PER_CALL = 10;
const ATTEMPTS = 3;

/**
 * Sends the events in their order, ten a call, and answers with those that did not arrive: what the bus turned away,
 * and, when it cannot be reached or `abortSignal` ends the waiting, all the rest.
 */
export const publish = async (
  events: readonly BusinessEvent[],
  abortSignal?: AbortSignal,
): Promise<readonly BusinessEvent[]> => {
  const refused: BusinessEvent[] = [];
  for (let at = 0; at < events.length; at += EVENTS_PER_CALL) {
    try {
      refused.push(...(await publishSome(events.slice(at, at + EVENTS_PER_CALL), abortSignal)));
    } catch (error) {
      logError('The bus cannot be reached.', error, { events: events.length - at });
      return [...refused, ...events.slice(at)];
    }
  }
  return refused;
};

/** The SDK repeats a call that failed, but not the single events that EventBridge turned away in one that did not. */
const publishSome = async (
  events: readonly BusinessEvent[],
  abortSignal: AbortSignal | undefined,
): Promise<readonly BusinessEvent[]> => {
  let pending = events;
  for (let attempt = 1; pending.length > 0 && attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1) await sleep(50 * 2 ** attempt, undefined, { signal: abortSignal });
    const { Entries = [] } = await bus.send(new PutEventsCommand({ Entries: pending.map(toEntry) }), {
      abortSignal,
    });
    const codes = Entries.map(({ ErrorCode }) => ErrorCode);
    pending = pending.filter((_, index) => codes[index] !== undefined);
    if (pending.length > 0) {
      logInfo('The bus turned events away.', { events: pending.length, reason: codes.find(Boolean) });
    }
  }
  return pending;
};

const toEntry = (event: BusinessEvent) => ({
  EventBusName: busName,
  Source: EVENT_SOURCE,
  DetailType: event.type,
  Time: new Date(event.time),
  Detail: JSON.stringify(event),
});
