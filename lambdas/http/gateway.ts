// API Gateway's event formats, converted at the edge and nowhere else.

import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Call } from '../resources/call.ts';
import type { Change, Outcome } from '../scim/change.ts';
import { invalidValue } from '../scim/errors/errors.ts';
import { isWellFormed, type JsonObject } from '../scim/json.ts';
import { decodeSegment, splitPath } from '../scim/uri-path.ts';
import type { Principal } from '../tenants/principal.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** The event after the middlewares: the tenant is proven and the body parsed. */
export interface ScimEvent extends APIGatewayProxyEvent {
  tenant?: Tenant;
  principal?: Principal;
  json?: JsonObject;
  /** How the request ended: one outcome, or one for each operation of a bulk request. */
  outcomes?: readonly Outcome[];
}

/** A call, with what only HTTP knows of it. */
export interface ScimRequest extends Call {
  readonly method: string;
  /** The segments behind the Tenant URL, e.g. `['Users', '7d42…']`; empty ones (doubled or trailing slashes) are gone. */
  readonly path: readonly string[];
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly hasBody: boolean;
  /** What the operator finds the request by in the logs. */
  readonly requestId: string;
}

export interface ScimResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** What the request changed; of a bulk request, how each of its operations ended. Neither is sent. */
  readonly change?: Change | undefined;
  readonly outcomes?: readonly Outcome[];
}

export const SCIM_MEDIA_TYPE = 'application/scim+json';

/** The request of an event that has passed the middlewares. */
export const readRequest = (event: ScimEvent): ScimRequest => {
  const { tenant, principal, json } = event;
  if (!tenant || !principal) throw new Error('The tenant guard has not run.');
  const { headers, rest } = locate(event);
  const query = event.queryStringParameters ?? {};
  refuseHalfCharacters(event.requestContext.path, query);
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

/** A filter is refused by its own reader, as any other that is not valid. */
const refuseHalfCharacters = (path: string, query: ScimRequest['query']) => {
  const others = Object.entries(query).filter(([name]) => name.toLowerCase() !== 'filter');
  if (isWellFormed([path, others])) return;
  throw invalidValue(
    'requestNotUnicode',
  )`The path or a parameter has half of a surrogate pair, which is no character.`;
};

/** How the request of `event` ended; the path is empty when it led to no tenant. */
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

/** Where a request came in. */
interface Location {
  /** Header names vary in case from client to client (RFC 9110 §5.1): by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Undefined for a path that leads to no tenant. */
  readonly tenantUrl: string | undefined;
  /** The segments behind the Tenant URL. */
  readonly rest: readonly string[];
}

const locations = new WeakMap<APIGatewayProxyEvent, Location>();

/**
 * Whether the tenant is named by the token alone: `<base>/v2/…`. The route that the gateway matched decides, never the
 * path: one with `{tenant}` in it is only ever served to the tenant that stands there.
 */
export const isTenantless = ({ resource }: APIGatewayProxyEvent): boolean => /^\/v2(\/|$)/.test(resource);

/**
 * The path that came in, cut behind `/<tenant>/v2`, or behind `/v2` where the tenant is not in it. The stage and a custom
 * domain's base path stand before that, and only the client's own path shows both, so locations are built from it. Told
 * once for each event.
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
  // What is refused is recorded too, and the record is text.
  const segments = splitPath(event.requestContext.path.toWellFormed());
  const tenantless = isTenantless(event);
  const end = segments.findIndex(
    (segment, index) => segment === 'v2' && (tenantless || (index > 0 && segments[index - 1] === tenant)),
  );
  if (end < 0) return { headers, tenantUrl: undefined, rest: [] };
  const scheme = headers['x-forwarded-proto'] === 'http' ? 'http' : 'https';
  // AWS puts the domain that was called into the context; some emulators leave that to the Host header.
  const host = event.requestContext.domainName ?? headers.host;
  const base = segments.slice(0, end + 1).join('/');
  return {
    headers,
    tenantUrl: `${scheme}://${host}/${base}`,
    rest: segments.slice(end + 1).map(decodeSegment),
  };
};

/**
 * An answer as API Gateway takes it. SCIM's media type, unless the client accepts plain JSON only (OneLogin). To HEAD it has
 * the headers alone.
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
