// Posts messages to webhook endpoints. The only file that does.

import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { BarredAddress, checkAddress, loopbackAllowed, resolvePublic } from './addresses.ts';
import type { WebhookMessage } from './message.ts';

/** The outcome of a post: taken, which is a 2xx answer in time, or not. */
export type PostResult =
  | {
      readonly taken: true;
      /** For the operator: `HTTP 204`. */
      readonly answer: string;
    }
  | {
      readonly taken: false;
      /** For the operator: `HTTP 503`, `no answer within 15 s`. */
      readonly answer: string;
      /** Whether the endpoint would refuse any message now; otherwise it may be just this one. */
      readonly isDown: boolean;
      /** Whether the endpoint asked for no more messages: status 410, by the specification. */
      readonly gone?: boolean;
    };

const TIMEOUT_SECONDS = 15;

/** Gone, too many requests, and what a gateway answers for a server that is down. */
const DOWN_STATUSES: readonly number[] = [410, 429, 502, 503, 504];

/** After a freeze, several kept-alive connections of a function may be dead. */
const ATTEMPTS = 3;

/** An answer's body is read, and dropped, up to this: a connection with an unread answer cannot be used again. */
const MAX_DRAINED_BYTES = 65_536;
const MAX_DRAINED_MS = 1000;

/** Those that fetch sends, with which every message of earlier releases came: the firewall of a receiver may know them. */
const HEADERS_OF_FETCH = {
  accept: '*/*',
  'accept-language': '*',
  'sec-fetch-mode': 'cors',
  'accept-encoding': 'gzip, deflate',
};

/** Posts a message, within 15 s. Redirects are not followed: the endpoint is the URL that the operator set. Never rejects. */
export const post = async (
  url: string,
  message: WebhookMessage,
  allowLoopback = loopbackAllowed,
): Promise<PostResult> => {
  const signal = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
  for (let attempt = 1; ; attempt++) {
    try {
      const target = new URL(url);
      checkAddress(target, allowLoopback);
      const status = await postOnce(target, message, { signal, allowLoopback });
      const answer = `HTTP ${status}`;
      if (status >= 200 && status < 300) return { taken: true, answer };
      return { taken: false, answer, isDown: DOWN_STATUSES.includes(status), gone: status === 410 };
    } catch (error) {
      if (attempt < ATTEMPTS && isLostConnection(error) && !signal.aborted) continue;
      return { taken: false, answer: reasonOf(error, signal), isDown: true };
    }
  }
};

interface PostOptions {
  readonly signal: AbortSignal;
  readonly allowLoopback: boolean;
}

/** The status of the answer. */
const postOnce = async (
  target: URL,
  { headers, body }: WebhookMessage,
  { signal, allowLoopback }: PostOptions,
): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { agent, start } = target.protocol === 'https:' ? secure : plain;
  const options = {
    method: 'POST',
    agent: agent[allowLoopback ? 'withLoopback' : 'publicOnly'],
    headers: { ...HEADERS_OF_FETCH, ...headers, 'content-length': Buffer.byteLength(body) },
    signal,
  };
  const request: ClientRequest = start(target, options, resolve);
  request.on('error', reject);
  request.end(body);
  const answer = await promise;
  await drain(answer);
  return answer.statusCode ?? 0;
};

/** Reads the rest of an answer, so that its connection is kept; whatever happens to it, the status has arrived. */
const drain = (answer: IncomingMessage): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const patience = setTimeout(() => answer.destroy(), MAX_DRAINED_MS);
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_DRAINED_BYTES) answer.destroy();
  });
  answer.on('error', () => {});
  answer.on('close', () => {
    clearTimeout(patience);
    resolve();
  });
  return promise;
};

/** Resolves names for a connection, which is then made to an address that was checked. */
const lookupWith =
  (allowLoopback: boolean): LookupFunction =>
  (host, { all }, callback) => {
    resolvePublic(host, allowLoopback).then(
      (addresses) => {
        const [first] = addresses;
        if (all || !first) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };

const agents = <Agent>(make: new (options: object) => Agent) => ({
  publicOnly: new make({ keepAlive: true, lookup: lookupWith(false) }),
  withLoopback: new make({ keepAlive: true, lookup: lookupWith(true) }),
});

const plain = { agent: agents(HttpAgent), start: requestHttp };
const secure = { agent: agents(HttpsAgent), start: requestHttps };

/** A kept-alive connection may have died between two messages, which says nothing about the endpoint. */
const isLostConnection = (error: unknown): boolean => ['ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '');

const reasonOf = (error: unknown, signal: AbortSignal): string => {
  if (error instanceof BarredAddress) return `not sent: ${error.message.replace(/\.$/, '')}`;
  if (signal.aborted) return `no answer within ${TIMEOUT_SECONDS} s`;
  const code = codeOf(error);
  return code ? `no answer (${code})` : 'no answer';
};

const codeOf = (error: unknown): string | undefined => (error as { readonly code?: string }).code;
