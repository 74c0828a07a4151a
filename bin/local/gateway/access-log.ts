// The gateway's access log, read through CloudWatch Logs on loopback as the operator's commands do with the real client. It has
// only the requests that the gateway refused itself. Paths are not escaped, as can happen on AWS.

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { printable } from '../../shared/printable.ts';
import { type Listening, listenOnLoopback } from '../process/listen.ts';

/** One line of the access log, in the fields of lib/api/access-log.ts. */
export interface AccessLine {
  readonly requestId: string;
  /** The token's tenant, once the token is accepted. */
  readonly tenant?: string;
  /** Only when the authorizer was asked. */
  readonly authorizerMilliseconds?: string;
  /** The request id of the authorizer's invocation. */
  readonly authorizerRequestId?: string;
  /** Why the authorizer refused the token: a line of the authorizer's log, with `authorizerRequestId`. */
  readonly cause?: string;
  readonly method: string;
  readonly path: string;
  /** The HTTP status, as text. */
  readonly status: string;
  /** The type of the gateway response, such as `THROTTLED`. */
  readonly refusal: string;
}

/** `request  -  GET /scim/acme/v2/Users  401 UNAUTHORIZED`. */
export const refusedLine = ({ tenant = '-', method, path, status, refusal }: AccessLine): string =>
  printable(`request  ${tenant}  ${method} ${path}  ${status} ${refusal}`);

/** The running log. */
export interface AccessLog {
  /** The URL for a CloudWatch Logs client. */
  readonly endpoint: string;
  /** Appends a line, with the current time. */
  readonly write: (line: AccessLine) => void;
  readonly stop: Listening['stop'];
}

/** The oldest lines are dropped, so that a long run does not grow forever. */
const KEPT_LINES = 1000;

const filterLogEvents = v.object({
  startTime: v.optional(v.number(), 0),
  endTime: v.optional(v.number(), Number.POSITIVE_INFINITY),
  startFromHead: v.optional(v.boolean(), true),
  nextToken: v.optional(v.string(), '0'),
  filterPattern: v.optional(v.string(), ''),
});

/** Starts on a free port of 127.0.0.1. `pageSize`: how many events one call searches; CloudWatch Logs has no fixed number. */
export const startAccessLog = async ({ pageSize = KEPT_LINES } = {}): Promise<AccessLog> => {
  const events: LogEvent[] = [];
  const server = createServer(async (request, response) => {
    const input = v.safeParse(v.pipe(v.string(), v.parseJson(), filterLogEvents), await text(request));
    const isKnown = request.headers['x-amz-target'] === 'Logs_20140328.FilterLogEvents' && input.success;
    response.writeHead(isKnown ? 200 : 400, { 'Content-Type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        isKnown
          ? pageOf(events, input.output, pageSize)
          : { __type: 'InvalidParameterException', message: 'Only FilterLogEvents is supported here.' },
      ),
    );
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  const write = (line: AccessLine) => {
    events.push({ timestamp: Date.now(), message: textOf(line), eventId: randomUUID(), line });
    if (events.length > KEPT_LINES) events.shift();
  };
  return { endpoint: `http://127.0.0.1:${port}`, write, stop };
};

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly eventId: string;
  readonly line: AccessLine;
}

const textOf = ({ path, cause: _, ...fields }: AccessLine): string =>
  `${JSON.stringify(fields).slice(0, -1)},"path":"${path}"}`;

/** As in CloudWatch Logs, a page is what was searched, and may contain no event that matches. */
const pageOf = (
  events: readonly LogEvent[],
  query: v.InferOutput<typeof filterLogEvents>,
  pageSize: number,
) => {
  const { startTime, endTime, startFromHead, nextToken } = query;
  const within = events.filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime);
  const ordered = startFromHead ? within : within.toReversed();
  const end = Number(nextToken) + pageSize;
  const searched = ordered.slice(Number(nextToken), end);
  return {
    events: query.filterPattern.includes(AUTHORIZER_MESSAGE)
      ? searched.flatMap(authorizerEvent)
      : searched.filter(matching(query.filterPattern)).map(({ line, ...event }) => event),
    searchedLogStreams: [],
    ...(end < ordered.length && { nextToken: String(end) }),
  };
};

/** What the authorizer logs about a token that it refuses; a pattern with it searches the authorizer's log. */
const AUTHORIZER_MESSAGE = 'token refused';

/** As Lambda writes it in JSON. */
const authorizerEvent = ({
  timestamp,
  eventId,
  line: { authorizerRequestId: requestId, cause },
}: LogEvent) =>
  cause === undefined
    ? []
    : [
        {
          timestamp,
          eventId,
          message: JSON.stringify({ requestId, message: { message: AUTHORIZER_MESSAGE, cause } }),
        },
      ];

/** Every line is a refusal, so only the pattern with a request id has to be evaluated. */
const matching = (filterPattern: string) => {
  const [, requestId] = /\$\.requestId = "([^"]*)"/.exec(filterPattern) ?? [];
  return ({ line }: LogEvent) => requestId === undefined || line.requestId === requestId;
};
