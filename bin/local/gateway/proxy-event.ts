// The event that a REST API passes to a function (AWS_PROXY, payload format 1.0), built from an HTTP request.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { ACCOUNT_ID } from '../../shared/local-credentials.ts';
import type { RouteMatch } from './routes.ts';

/** The id of the API, in events and in the ARNs of methods. */
export const API_ID = 'local';

/** A request as the gateway received it. */
export interface GatewayRequest {
  /** A UUID; `$context.requestId` in gateway responses. */
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly method: string;
  /** Below the stage, as it was sent. */
  readonly path: string;
  readonly stage: string;
  /** Undecoded, without the `?`. */
  readonly query: string;
  /** In the order and case in which they were sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The Host header, with the port. */
  readonly host: string;
  /** The address of the TCP peer. */
  readonly sourceIp: string;
}

/** These end at the gateway. */
const HOP_BY_HOP = /^(connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect)$/i;

/** Reads everything but the body; `undefined` when the path is not below the stage. */
export const readGatewayRequest = (message: IncomingMessage, stage: string): GatewayRequest | undefined => {
  const [rawPath = '', ...query] = (message.url ?? '').split('?');
  const [, first, path = ''] = /^\/+([^/]*)(.*)$/.exec(rawPath) ?? [];
  if (first !== stage) return undefined;
  const { localPort, remoteAddress = '127.0.0.1' } = message.socket;
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
    headers.push([message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? '']);
  }
  return {
    requestId: randomUUID(),
    receivedAt: new Date(),
    method: message.method ?? 'GET',
    path: path || '/',
    stage,
    query: query.join('?'),
    headers,
    host: message.headers.host ?? `127.0.0.1:${localPort}`,
    sourceIp: remoteAddress,
  };
};

/** The value of a header, whatever its case; the last one when it came several times. */
export const headerOf = ({ headers }: GatewayRequest, name: string): string | undefined =>
  headers.findLast(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];

/**
 * The event for a request that was authorized. `authorizer` is the context that the authorizer returned; an empty `body`
 * becomes null (API Gateway Developer Guide, "Input format of a Lambda function for proxy integration").
 */
export const buildProxyEvent = (
  request: GatewayRequest,
  { route, pathParameters }: RouteMatch,
  authorizer: Readonly<Record<string, string>>,
  body: string,
): APIGatewayProxyEvent => {
  const headers = forwardedHeaders(request);
  const parameters = [...new URLSearchParams(request.query)];
  return {
    resource: route.path,
    path: request.path,
    httpMethod: request.method,
    ...mapsOf('headers', 'multiValueHeaders', headers),
    ...mapsOf('queryStringParameters', 'multiValueQueryStringParameters', parameters),
    pathParameters,
    stageVariables: null,
    requestContext: requestContextOf(request, route.path, route.resourceId, authorizer),
    body: body === '' ? null : body,
    isBase64Encoded: false,
  } as APIGatewayProxyEvent;
};

const forwardedHeaders = ({ headers, sourceIp, host, receivedAt }: GatewayRequest) => [
  ...headers.filter(([name]) => !HOP_BY_HOP.test(name)),
  [
    'X-Amzn-Trace-Id',
    `Root=1-${Math.floor(receivedAt.getTime() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`,
  ] as const,
  ['X-Forwarded-For', sourceIp] as const,
  ['X-Forwarded-Port', host.split(':')[1] ?? '80'] as const,
  ['X-Forwarded-Proto', 'http'] as const,
];

/** One map with the last value of each name, one with all; both are null when there is none. */
const mapsOf = (single: string, multiple: string, pairs: readonly (readonly [string, string])[]) => {
  if (pairs.length === 0) return { [single]: null, [multiple]: null };
  const grouped = Object.groupBy(pairs, ([name]) => name);
  const all = Object.entries(grouped).map(
    ([name, values = []]) => [name, values.map(([, value]) => value)] as const,
  );
  return {
    [single]: Object.fromEntries(all.map(([name, values]) => [name, values.at(-1)])),
    [multiple]: Object.fromEntries(all),
  };
};

/** The `requestContext` of the event. What API Gateway knows only about IAM, Cognito and client certificates is null. */
export const requestContextOf = (
  request: GatewayRequest,
  resourcePath: string,
  resourceId: string,
  authorizer: Readonly<Record<string, string>>,
): APIGatewayProxyEvent['requestContext'] => ({
  accountId: ACCOUNT_ID,
  apiId: API_ID,
  authorizer,
  domainName: request.host,
  domainPrefix: request.host.split('.')[0],
  extendedRequestId: request.requestId,
  httpMethod: request.method,
  identity: {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: request.sourceIp,
    user: null,
    userAgent: headerOf(request, 'user-agent') ?? null,
    userArn: null,
  },
  path: `/${request.stage}${request.path}`,
  protocol: 'HTTP/1.1',
  requestId: request.requestId,
  requestTime: requestTime(request.receivedAt),
  requestTimeEpoch: request.receivedAt.getTime(),
  resourceId,
  resourcePath,
  stage: request.stage,
});

/** As in an access log: `21/Nov/2026:23:20:00 +0000`. */
const requestTime = (date: Date): string => {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
};
