// API Gateway's control API on loopback, with the calls that the operator's commands make with the real client: the API keys of
// tenants, and the flush of the authorizer's cache.

import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listening, listenOnLoopback } from '../process/listen.ts';
import { requestUrl } from '../request-url.ts';
import type { ApiKey, ApiKeys } from './api-keys.ts';

/** The running API. */
export interface ApiGateway {
  readonly endpoint: string;
  readonly stop: Listening['stop'];
}

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly error?: string;
}

type Operation = (parts: readonly string[], body: Body, query: URLSearchParams) => Answer;
type Body = Readonly<Record<string, unknown>>;

/** Starts on a free port of 127.0.0.1. */
export const startApiGateway = async (keys: ApiKeys, flushAuthorizers: () => void): Promise<ApiGateway> => {
  const operations = operationsOn(keys, flushAuthorizers);
  const server = createServer(async (request, response) => {
    const { status, body, error } = await answer(request, operations).catch(() =>
      failed(400, 'BadRequestException', 'The request cannot be read.'),
    );
    const type = error === undefined ? {} : { 'x-amzn-errortype': error };
    response.writeHead(status, { 'Content-Type': 'application/json', ...type });
    response.end(body && JSON.stringify(body));
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop };
};

/** By method and path; the operation gets the parts that match `*`. */
const operationsOn = (keys: ApiKeys, flushAuthorizers: () => void): Record<string, Operation> => ({
  'DELETE /restapis/*/stages/*/cache/authorizers': () => {
    flushAuthorizers();
    return { status: 202 };
  },
  'POST /apikeys': (_, { name, value }) => {
    const made = keys.create(String(name), String(value));
    return made ? { status: 201, body: shown(made) } : failed(409, 'ConflictException', 'The key exists.');
  },
  'GET /apikeys': (_parts, _body, query) => ({
    status: 200,
    body: { item: keys.list(query.get('name') ?? '').map(shown) },
  }),
  'DELETE /apikeys/*': ([id = '']) =>
    keys.remove(id) ? { status: 202 } : failed(404, 'NotFoundException', 'Invalid API Key identifier.'),
  'POST /usageplans/*/keys': ([planId = ''], { keyId }) => {
    const key = keys.find(String(keyId));
    if (!key) return failed(404, 'NotFoundException', 'Invalid API Key identifier.');
    return keys.join(key, planId)
      ? { status: 201, body: shownInPlan(key) }
      : failed(409, 'ConflictException', 'The key is in the usage plan already.');
  },
  'GET /usageplans/*/keys': ([planId = ''], _body, query) => ({
    status: 200,
    body: { item: keys.listPlan(planId, query.get('name') ?? '').map(shownInPlan) },
  }),
});

const shown = ({ id, name, value }: ApiKey) => ({ id, name, value, enabled: true });

const shownInPlan = ({ id, name, value }: ApiKey) => ({ id, name, type: 'API_KEY', value });

const failed = (status: number, error: string, message: string): Answer => ({
  status,
  error,
  body: { message },
});

const answer = async (
  request: IncomingMessage,
  operations: Readonly<Record<string, Operation>>,
): Promise<Answer> => {
  const { pathname, searchParams } = requestUrl(request.url);
  const path = pathname.split('/').slice(1);
  const body = JSON.parse((await text(request)) || '{}') as Body;
  for (const [pattern, operation] of Object.entries(operations)) {
    const [method, expected = ''] = pattern.split(' ');
    const parts = expected.split('/').slice(1);
    const fits = parts.length === path.length && parts.every((part, at) => part === '*' || part === path[at]);
    if (method === request.method && fits) {
      return operation(path.filter((_, at) => parts[at] === '*').map(decodeURIComponent), body, searchParams);
    }
  }
  return failed(404, 'NotFoundException', `No operation ${request.method} ${pathname}.`);
};
