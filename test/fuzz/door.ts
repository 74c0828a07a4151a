// Where requests go in: the handlers themselves, called as the gateway would, or a server by HTTP.

import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ScimClient } from '../support/scim-client.ts';
import { bodyTextOf, type FuzzRequest } from './request.ts';

export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly milliseconds: number;
}

/** Sends a request without placeholders; throws when a handler does or when the connection breaks. */
export type Door = (request: FuzzRequest) => Promise<RawAnswer>;

const lowerCased = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

export const handlerDoor =
  (client: ScimClient): Door =>
  async (request) => {
    const began = performance.now();
    const result = await client.exchange(request.method, request.path, {
      headers: request.headers,
      body: bodyTextOf(request),
      // As the gateway has it, the last of several counts.
      query: Object.fromEntries(request.query),
    });
    if (typeof result?.body !== 'string')
      throw new TypeError(`answered with a body of ${typeof result?.body}`);
    return {
      status: result.statusCode,
      headers: lowerCased(result.headers ?? {}),
      text: result.body,
      milliseconds: performance.now() - began,
    };
  };

/** A header that no HTTP client can send. */
const isSendable = (value: string) => /^[\t\x20-\x7e]*$/.test(value) && value.length < 8_000;

/** A server refuses longer heads by itself. */
const MAX_PATH = 8_000;

/** A REST API has these; to any other the gateway answers by itself, with one body for every status. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What HTTP cannot carry (a method that is none, control characters in headers) is left out or made harmless. */
export const httpDoor =
  (tenantUrl: string, token: string): Door =>
  async (request) => {
    const began = performance.now();
    const url = new URL(tenantUrl);
    const query = new URLSearchParams(request.query.map(([name, value]): [string, string] => [name, value]));
    const body = bodyTextOf(request);
    const { 'Content-Length': _, 'content-length': __, ...headers } = request.headers;
    const path = `${url.pathname}${request.path}${query.size > 0 ? `?${query}` : ''}`;
    const sent = httpRequest({
      host: url.hostname,
      port: url.port,
      agent: false,
      method: METHODS.includes(request.method) ? request.method : 'OPTIONS',
      path: path
        .slice(0, MAX_PATH)
        .replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character.toWellFormed())),
      headers: {
        ...Object.fromEntries(Object.entries(headers).filter(([, value]) => isSendable(value))),
        Authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
      },
    });
    sent.end(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve).once('error', reject);
    });
    return {
      status: response.statusCode ?? 0,
      headers: lowerCased(response.headers),
      text: await text(response),
      milliseconds: performance.now() - began,
    };
  };
