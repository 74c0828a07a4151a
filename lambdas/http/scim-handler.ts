// The Lambda handler of all SCIM routes: its middlewares, in order, and the router.

import middy from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { type RecordOutcomes, record } from '../log/record.ts';
import { loggable, methodNotAllowed, notFound } from '../scim/errors/errors.ts';
import { admission } from './admission.ts';
import {
  outcomeOf,
  readRequest,
  type ScimEvent,
  type ScimRequest,
  type ScimResponse,
  writeResponse,
} from './gateway.ts';
import { jsonBody } from './json-body.ts';
import { recording } from './recording.ts';
import { requestLog } from './request-log.ts';
import { scimErrors } from './scim-errors.ts';
import { tenantGuard } from './tenant-guard.ts';

/** Answers one request; its `id` is the segment at the last `{placeholder}` of the route. */
export type Route = (request: ScimRequest) => Promise<ScimResponse> | ScimResponse;

/**
 * Routes by method and path below the Tenant URL, e.g. `'GET /Users/{id}'`; `ANY` matches every method. Paths are
 * case-insensitive.
 */
export type RouteTable = Readonly<Record<string, Route>>;

/** A Lambda handler for API Gateway proxy events that serves `routes` and records the outcome of each request. */
export const scimHandler = (routes: RouteTable, recordOutcomes: RecordOutcomes = record) => {
  const patterns = Object.entries(routes).map(readPattern);
  return middy<ScimEvent, APIGatewayProxyResult>()
    .use(requestLog())
    .use(recording(recordOutcomes))
    .use(scimErrors())
    .use(tenantGuard())
    .use(admission())
    .use(jsonBody())
    .handler(async (event: ScimEvent) => {
      const response = await route(patterns, readRequest(event));
      event.outcomes = response.outcomes ?? [outcomeOf(event, response)];
      return writeResponse(event, response);
    });
};

interface Pattern {
  readonly method: string;
  readonly expected: readonly string[];
  /** A digit per segment, 1 for a placeholder: `10` for `/{collection}/.search`. The lowest wins. */
  readonly rank: string;
  readonly answer: Route;
}

const readPattern = ([pattern, answer]: [string, Route]): Pattern => {
  const [method = '', path = ''] = pattern.split(' ');
  const expected = path.split('/').slice(1);
  return {
    method,
    expected,
    rank: expected.map((segment) => (isPlaceholder(segment) ? 1 : 0)).join(''),
    answer,
  };
};

const route = (patterns: readonly Pattern[], request: ScimRequest) => {
  const matching = patterns.filter(({ expected }) => matchesPath(expected, request.path));
  // The more literal path wins: in `/Users/.search`, `.search` is not an id.
  const [mostLiteral] = matching.map(({ rank }) => rank).sort();
  const here = matching.filter(({ rank }) => rank === mostLiteral);
  if (here.length === 0) throw notFound('noSuchPath')`There is nothing at /${request.path.join('/')}.`;
  const found = here.find(({ method }) => method === request.method || method === 'ANY');
  if (found) return found.answer({ ...request, id: idAt(found.expected, request.path) });
  const allowed = here.map(({ method }) => method).join(', ');
  throw methodNotAllowed(
    'methodNotPossible',
  )`${request.method} is not possible here; possible are ${loggable(allowed)}.`;
};

const isPlaceholder = (segment: string) => segment.startsWith('{');

const matchesPath = (expected: readonly string[], path: readonly string[]) =>
  expected.length === path.length &&
  expected.every(
    (segment, index) => isPlaceholder(segment) || segment.toLowerCase() === path[index]?.toLowerCase(),
  );

const idAt = (expected: readonly string[], path: readonly string[]) =>
  path[expected.findLastIndex(isPlaceholder)] ?? '';
