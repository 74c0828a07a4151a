// EventBridge on this machine: takes events from the real client and hands them on.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { listenOnLoopback } from './listen.ts';

/** An event as a rule's target would get it, as far as we read it. */
export interface BusEvent {
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
}

export interface EventBus {
  readonly endpoint: string;
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
      }),
    ),
    v.minLength(1),
    v.maxLength(10),
  ),
});

/** Starts the emulator on a free port of 127.0.0.1; `onEvent` hears of each event once it is taken. */
export const startEventBus = async (onEvent: (event: BusEvent) => void): Promise<EventBus> => {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request, onEvent);
    response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop };
};

const answer = async (request: IncomingMessage, onEvent: (event: BusEvent) => void) => {
  const target = request.headers['x-amz-target'];
  if (target !== 'AWSEvents.PutEvents')
    return refusal('UnknownOperationException', `No operation ${target}.`);
  const input = v.safeParse(v.pipe(v.string(), v.parseJson(), putEvents), await text(request));
  if (!input.success) return refusal('ValidationException', input.issues[0].message);
  for (const { EventBusName, Source, DetailType, Detail } of input.output.Entries) {
    onEvent({ bus: EventBusName, source: Source, detailType: DetailType, detail: Detail });
  }
  const Entries = input.output.Entries.map(() => ({ EventId: randomUUID() }));
  return { status: 200, body: { FailedEntryCount: 0, Entries } };
};

const refusal = (type: string, message: string) => ({ status: 400, body: { __type: type, message } });
