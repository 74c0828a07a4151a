// HTTP as the Entra provisioning service speaks it (entra-client.md 1.3): no User-Agent, no Content-Type without a body,
// form-encoded queries. fetch always sends a User-Agent, hence node:http.

import http from 'node:http';
import https from 'node:https';
import { type Json, type JsonObject, parseJson } from './json.ts';

/** A request to send. */
export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the tenant URL, with its leading slash. */
  readonly path: string;
  /** Unencoded; sent as application/x-www-form-urlencoded. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  /** Sent instead of the tenant's token; empty for no Authorization header. */
  readonly token?: string;
}

/** A request and its response. Without a response, `status` is 0 and `failure` says why. */
export interface Exchange {
  readonly method: string;
  /** With the encoded query. */
  readonly url: string;
  /** The body as it was sent; empty for none. */
  readonly sent: string;
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The body of the response. */
  readonly text: string;
  /** Undefined when the body is not JSON. */
  readonly json: Json | undefined;
  readonly durationMs: number;
  readonly failure?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

const TIMEOUT_MS = 10_000;

/** One tenant of a SCIM server, seen through a pool of kept-alive connections. */
export class ScimClient {
  readonly tenantUrl: string;
  /** The number of requests without an answer since the last one that was answered. */
  unansweredInARow = 0;
  readonly #token: string;
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;

  /** `tenantUrl` as the administrator pastes it into Entra: a trailing slash and a feature flag are not part of it. */
  constructor(tenantUrl: string, token: string, connections: number) {
    const url = new URL(tenantUrl);
    const transport = url.protocol === 'https:' ? https : http;
    this.tenantUrl = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
    this.#token = token;
    this.#request = transport.request;
    this.#agent = new transport.Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Never rejects: a request without an answer is an exchange with a `failure`. */
  async send(request: ScimRequest): Promise<Exchange> {
    const query = new URLSearchParams(request.query).toString();
    const url = `${this.tenantUrl}${request.path}${query && `?${query}`}`;
    const sent = request.body ? JSON.stringify(request.body) : '';
    const started = performance.now();
    const exchange = { method: request.method, url, sent };
    try {
      const answer = await this.#exchange(request, url, sent);
      const durationMs = performance.now() - started;
      this.unansweredInARow = 0;
      return { ...exchange, ...answer, json: parseJson(answer.text), durationMs };
    } catch (error) {
      const failure = reason(error as NodeJS.ErrnoException);
      const durationMs = performance.now() - started;
      this.unansweredInARow += 1;
      return { ...exchange, status: 0, headers: {}, text: '', json: undefined, durationMs, failure };
    }
  }

  /** Closes the idle connections and aborts requests in progress. */
  close(): void {
    this.#agent.destroy();
  }

  #exchange({ method, token }: ScimRequest, url: string, sent: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = {
        ...(token !== '' && { Authorization: `Bearer ${token ?? this.#token}` }),
        Accept: 'application/scim+json',
        ...(sent && {
          'Content-Type': 'application/scim+json; charset=utf-8',
          'Content-Length': Buffer.byteLength(sent),
        }),
      };
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const outgoing = this.#request(url, { method, headers, agent: this.#agent, signal }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(sent);
    });
  }
}

const reason = (error: NodeJS.ErrnoException): string =>
  error.name === 'AbortError' || error.name === 'TimeoutError'
    ? `no complete answer within ${TIMEOUT_MS / 1000} s`
    : (error.code ?? error.message);
