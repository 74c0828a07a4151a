// Converts API Gateway events to requests, and responses to API Gateway results. Nothing else knows these formats.

import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Tenant } from '../platform/tenant.ts';
import type { Call } from '../resources/call.ts';
import type { Change, Outcome } from '../scim/change.ts';
import { invalidValue } from '../scim/errors/errors.ts';
import { isWellFormed, type JsonObject } from '../scim/json.ts';
import { decodeSegment, splitPath } from '../scim/uri-path.ts';
import type { Principal } from '../tenants/principal.ts';

/** The event, with what the middlewares add to it. */
export interface ScimEvent extends APIGatewayProxyEvent {
  /** Set by the tenant guard. */
  tenant?: Tenant;
  /** Set by the tenant guard. */
  principal?: Principal;
  /** The parsed body, if there is one. */
  json?: JsonObject;
  /** The outcome of the request, or of each operation of a bulk request. */
  outcomes?: readonly Outcome[];
}

/** A call with the details that only HTTP has. */
export interface ScimRequest extends Call {
  readonly method: string;
  /** The segments of the path below the Tenant URL, decoded, e.g. `['Users', '7d42…']`; empty ones are dropped. */
  readonly path: readonly string[];
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly hasBody: boolean;
  /** Identifies the request in the logs. */
  readonly requestId: string;
}

/** A response before it is serialized. */
export interface ScimResponse {
  /** The HTTP status. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** What the request changed; not sent. */
  readonly change?: Change | undefined;
  /** The outcomes of the operations of a bulk request; not sent. */
  readonly outcomes?: readonly Outcome[];
}

const SCIM_MEDIA_TYPE = 'application/scim+json';

/** The request of an event that has passed the middlewares. Throws invalidValue for a lone surrogate in the URL. */
export const readRequest = (event: ScimEvent): ScimRequest => {
  const { tenant, principal, json } = event;
  if (!tenant || !principal) throw new Error('The tenant guard has not run.');
  const { headers, rest } = locate(event);
  const query = event.queryStringParameters ?? {};
  refuseLoneSurrogates(event.requestContext.path, query);
  return {
    method: event.httpMethod,
    path: rest,
    id: '',
    query,
    headers,
    ifMatch: headers['if-match'],
    tenant,
    principal,
    body: json ?? {},
    hasBody: json !== undefined,
    requestId: event.requestContext.requestId,
  };
};

/** Except in a filter, which its parser refuses as invalidFilter. */
const refuseLoneSurrogates = (path: string, query: ScimRequest['query']) => {
  const others = Object.entries(query).filter(([name]) => name.toLowerCase() !== 'filter');
  if (isWellFormed([path, others])) return;
  throw invalidValue(
    'requestNotUnicode',
  )`The path or a parameter has half of a surrogate pair, which is no character.`;
};

/** The outcome of the request of `event`; its path is empty if the URL names no tenant. */
export const outcomeOf = (
  event: ScimEvent,
  { status, error, change }: Pick<Outcome, 'status' | 'error' | 'change'>,
): Outcome => ({
  method: event.httpMethod,
  path: locate(event).rest,
  body: event.json,
  status,
  error,
  change,
});

/** The URL and headers of a request. */
interface Location {
  /** By lower-case name: their case varies from client to client (RFC 9110 §5.1). */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Undefined if the path names no tenant. */
  readonly tenantUrl: string | undefined;
  /** The segments of the path below the Tenant URL. */
  readonly rest: readonly string[];
}

const locations = new WeakMap<APIGatewayProxyEvent, Location>();

/**
 * Whether only the token names the tenant: `<base>/v2/…`. This depends on the route that the gateway matched, never on the
 * path: a route with `{tenant}` is only ever served to the tenant in the path.
 */
export const isTenantless = ({ resource }: APIGatewayProxyEvent): boolean => /^\/v2(\/|$)/.test(resource);

/**
 * Splits the path of the request after `/<tenant>/v2`, or after `/v2` if it has no tenant. The stage and the base path of a
 * custom domain come before that. Only the path that the client sent contains both, so `location`s are built from it.
 * Computed once for each event.
 */
export const locate = (event: APIGatewayProxyEvent): Location => {
  const known = locations.get(event);
  if (known) return known;
  const location = readLocation(event);
  locations.set(event, location);
  return location;
};

const readLocation = (event: APIGatewayProxyEvent): Location => {
  const headers = Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const tenant = event.pathParameters?.tenant;
  // A refused request is recorded too, and the record must be well-formed text.
  const segments = splitPath(event.requestContext.path.toWellFormed());
  const tenantless = isTenantless(event);
  const end = segments.findIndex(
    (segment, index) => segment === 'v2' && (tenantless || (index > 0 && segments[index - 1] === tenant)),
  );
  if (end < 0) return { headers, tenantUrl: undefined, rest: [] };
  const scheme = headers['x-forwarded-proto'] === 'http' ? 'http' : 'https';
  // AWS puts the requested domain into the context; some emulators send only the Host header.
  const host = event.requestContext.domainName ?? headers.host;
  const base = segments.slice(0, end + 1).join('/');
  return {
    headers,
    tenantUrl: `${scheme}://${host}/${base}`,
    rest: segments.slice(end + 1).map(decodeSegment),
  };
};

/**
 * The response for API Gateway, with SCIM's media type unless the client accepts only plain JSON (OneLogin). The response to
 * HEAD has no body.
 */
export const writeResponse = (
  event: APIGatewayProxyEvent,
  { status, headers, body }: ScimResponse,
): APIGatewayProxyResult => {
  const accept = locate(event).headers.accept ?? '';
  const plainJson = accept.includes('application/json') && !/scim\+json|\*\/\*/.test(accept);
  return {
    statusCode: status,
    headers: {
      ...(body && { 'Content-Type': plainJson ? 'application/json' : SCIM_MEDIA_TYPE }),
      'Cache-Control': 'no-store',
      'X-Request-Id': event.requestContext.requestId,
      ...headers,
    },
    body: body && event.httpMethod !== 'HEAD' ? JSON.stringify(body) : '',
  };
};
