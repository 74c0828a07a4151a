// EventBridge on this machine: accepts events from the real client and passes them to the run. Start here.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { listenOnLoopback } from '../process/listen.ts';

/** An event that was published. */
export interface BusEvent {
  /** A UUID that the bus assigns. */
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  /** The name of the bus. */
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  /** The parsed `Detail` of the PutEvents entry. */
  readonly detail: unknown;
}

/** The running emulator. */
export interface EventBus {
  readonly endpoint: string;
  /** Adds a listener that gets each event from now on. */
  readonly routeWith: (route: (event: BusEvent) => void) => void;
  readonly stop: () => Promise<void>;
}

const putEvents = v.object({
  Entries: v.pipe(
    v.array(
      v.object({
        EventBusName: v.string(),
        Source: v.string(),
        DetailType: v.string(),
        Detail: v.pipe(v.string(), v.parseJson()),
        /** Seconds since the epoch. */
        Time: v.optional(v.number()),
      }),
    ),
    v.minLength(1),
    v.maxLength(10),
  ),
});

/** Starts the emulator on a free port of 127.0.0.1; `onEvent` gets each event once it is accepted. */
export const startEventBus = async (onEvent: (event: BusEvent) => void): Promise<EventBus> => {
  const listeners = [onEvent];
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request, (event) => {
      for (const listener of listeners) listener(event);
    });
    response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    routeWith: (route) => {
      listeners.push(route);
    },
    stop,
  };
};

const answer = async (request: IncomingMessage, onEvent: (event: BusEvent) => void) => {
  const target = request.headers['x-amz-target'];
  if (target !== 'AWSEvents.PutEvents')
    return refusal('UnknownOperationException', `No operation ${target}.`);
  const input = v.safeParse(v.pipe(v.string(), v.parseJson(), putEvents), await text(request));
  if (!input.success) return refusal('ValidationException', input.issues[0].message);
  const events = input.output.Entries.map(({ EventBusName, Source, DetailType, Detail, Time }) => ({
    id: randomUUID(),
    time: new Date(Time === undefined ? Date.now() : Time * 1000).toISOString(),
    bus: EventBusName,
    source: Source,
    detailType: DetailType,
    detail: Detail,
  }));
  for (const event of events) onEvent(event);
  return { status: 200, body: { FailedEntryCount: 0, Entries: events.map(({ id }) => ({ EventId: id })) } };
};

const refusal = (type: string, message: string) => ({ status: 400, body: { __type: type, message } });
