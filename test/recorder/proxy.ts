// A proxy between a client and the local run that records both directions.

import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type Listening, listenOnLoopback } from '../../bin/local/process/listen.ts';

export interface Exchange {
  readonly method: string;
  /** With the query, as it was sent. */
  readonly path: string;
  readonly status: number;
  /** With the names in their original case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

interface Waiting {
  readonly rank: string;
  readonly turn: () => void;
}

/** Requests that a client sends concurrently arrive within this time. */
const AT_ONCE_MS = 4;

/**
 * Lets one request through at a time. Concurrent requests are ordered by their text, as `rank` returns it, because the
 * winner of a race must not differ from run to run.
 */
const turnstile = (rank: (request: string) => string) => {
  const waiting: Waiting[] = [];
  let isOpen = true;
  const next = async () => {
    isOpen = false;
    await delay(AT_ONCE_MS);
    waiting.sort((one, other) => (one.rank < other.rank ? -1 : 1));
    waiting.shift()?.turn();
  };
  return async (request: string, pass: () => Promise<void>): Promise<void> => {
    await new Promise<void>((turn) => {
      waiting.push({ rank: rank(request), turn });
      if (isOpen) void next();
    });
    try {
      await pass();
    } finally {
      isOpen = true;
      if (waiting.length > 0) void next();
    }
  };
};

/**
 * Listens on a free port of 127.0.0.1; `before` is awaited before a request is forwarded, `record` is called with each answer.
 */
export const startProxy = (
  port: number,
  before: (method: string, path: string) => Promise<void>,
  record: (exchange: Exchange) => void,
  rank: (request: string) => string,
): Promise<Listening> => {
  const inTurn = turnstile(rank);
  const handOn = async (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const { method = 'GET', url: path = '/' } = request;
    await before(method, path);
    // With the client's own Host, from which the URLs in answers are built.
    const answer = await forward(port, request, body);
    const text = await buffer(answer);
    const headers = pairs(answer.rawHeaders);
    record({ method, path, status: answer.statusCode ?? 0, headers, body: text.toString('utf8') });
    answerWith(response, answer.statusCode ?? 502, headers, text);
  };
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    await inTurn(`${request.method} ${request.url} ${body}`, () => handOn(request, response, body)).catch(
      (error) => answerWith(response, 502, [], Buffer.from(`The recorder's proxy failed: ${error}`)),
    );
  });
  return listenOnLoopback(server, 0);
};

const forward = (port: number, { method, url, rawHeaders }: IncomingMessage, body: Buffer) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path: url, headers: rawHeaders, timeout: 30_000 };
    const outgoing = send(options, resolve);
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 30 s')));
    outgoing.end(body);
  });

const pairs = (raw: readonly string[]): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at] ?? '', raw[2 * at + 1] ?? '']);

const HOP_BY_HOP = /^(connection|keep-alive|transfer-encoding)$/i;

const answerWith = (
  response: ServerResponse,
  status: number,
  headers: readonly (readonly [string, string])[],
  body: Buffer,
): void => {
  response.writeHead(status, headers.filter(([name]) => !HOP_BY_HOP.test(name)).flat());
  response.end(body);
};
