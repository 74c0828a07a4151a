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

const entry = v.object({
  EventBusName: v.string(),
  Source: v.optional(v.string(), ''),
  DetailType: v.optional(v.string(), ''),
  Detail: v.optional(v.string(), ''),
  /** Seconds since the epoch. */
  Time: v.optional(v.number()),
});

type Entry = v.InferOutput<typeof entry>;

const putEvents = v.object({ Entries: v.pipe(v.array(entry), v.minLength(1), v.maxLength(10)) });

/** For all entries of a call (EventBridge User Guide, "Calculating PutEvents event entry size"). */
const MAX_CALL_BYTES = 256 * 1024;

const bytesOf = ({ Source, DetailType, Detail, Time }: Entry): number =>
  (Time === undefined ? 0 : 14) + Buffer.byteLength(Source + DetailType + Detail);

/** A JSON object. */
const eventDetail = v.pipe(
  v.string(),
  v.parseJson(),
  v.check((detail) => !Array.isArray(detail)),
  v.looseObject({}),
);

/** The entry's event, or the error that it is answered with. */
const readEntry = ({ EventBusName, Source, DetailType, Detail, Time }: Entry): BusEvent | EntryError => {
  for (const [name, value] of Object.entries({ Source, DetailType, Detail }))
    if (value === '')
      return refused(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
  if (Source.startsWith('aws.'))
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = v.safeParse(eventDetail, Detail);
  if (!detail.success) return refused('MalformedDetail', 'Detail is malformed.');
  return {
    id: randomUUID(),
    time: new Date(Time === undefined ? Date.now() : Time * 1000).toISOString(),
    bus: EventBusName,
    source: Source,
    detailType: DetailType,
    detail: detail.output,
  };
};

interface EntryError {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

const refused = (ErrorCode: string, ErrorMessage: string): EntryError => ({ ErrorCode, ErrorMessage });

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
  const entries = input.output.Entries;
  if (entries.reduce((sum, each) => sum + bytesOf(each), 0) > MAX_CALL_BYTES)
    return refusal('ValidationException', 'Total size of the entries in the request is over the limit.');
  const read = entries.map(readEntry);
  for (const each of read) if ('id' in each) onEvent(each);
  const Entries = read.map((each) => ('id' in each ? { EventId: each.id } : each));
  const FailedEntryCount = read.filter((each) => !('id' in each)).length;
  return { status: 200, body: { FailedEntryCount, Entries } };
};

const refusal = (type: string, message: string) => ({ status: 400, body: { __type: type, message } });
