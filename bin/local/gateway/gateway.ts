// API Gateway on loopback: the routes, the authorizer and the gateway responses of the stack, in front of its functions. Start
// here.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { ACCOUNT_ID, localCredentials } from '../../shared/local-credentials.ts';
import { FunctionError, FunctionTimeout } from '../functions/function-error.ts';
import type { InvokeFunction } from '../functions/host.ts';
import { type Listening, listenOnLoopback } from '../process/listen.ts';
import type { LocalStack } from '../stack/stack.ts';
import type { AccessLine } from './access-log.ts';
import { type Authorization, createAuthorization } from './authorize.ts';
import { answerMock } from './mock.ts';
import {
  API_ID,
  buildProxyEvent,
  type GatewayRequest,
  headerOf,
  readGatewayRequest,
  requestContextOf,
} from './proxy-event.ts';
import { type HttpResponse, readProxyResult } from './proxy-response.ts';
import { answerRefusal, Refusal, type RefusalType } from './refusal.ts';
import { readBody } from './request-body.ts';
import { matchRoute, segmentsOf } from './routes.ts';
import { createThrottle, type Throttle } from './throttle.ts';

/** API Gateway's own limit. */
const INTEGRATION_TIMEOUT_MS = 29_000;

type PlansOf = (apiKey: string) => readonly string[];

/** What the gateway needs besides the stack. */
interface Surroundings {
  /** The usage plans of an API key. */
  readonly plansOf?: PlansOf;
  /** Answers paths that are not below `/<stage>`. */
  readonly beside?: RequestListener;
  /** Gets each request that the gateway refuses itself, as a line of the access log. */
  readonly onRefusal?: (line: AccessLine) => void;
}

/** The running gateway. */
export interface Gateway extends Listening {
  /** Serves the stack below `/<stage>` from now on. */
  readonly serve: (stack: LocalStack, invoke: InvokeFunction, surroundings?: Surroundings) => void;
  /** Flushes the authorizer's cache. */
  readonly flushAuthorizers: () => void;
}

/**
 * Listens on `port` of 127.0.0.1 (0: any free port), so that a port in use is found before anything else starts. Answers 503
 * until `serve` is called.
 */
export const startGateway = async (port: number): Promise<Gateway> => {
  let listener: RequestListener = (_, response) => {
    response.writeHead(503, { 'Retry-After': '1', Connection: 'close' }).end();
  };
  const server = createServer((message, response) => listener(message, response));
  const listening = await listenOnLoopback(server, port);
  let flushAuthorizers = () => {};
  const serve: Gateway['serve'] = (stack, invoke, surroundings = {}) => {
    const { plansOf = () => [], beside = refuseStage, onRefusal = () => {} } = surroundings;
    const authorization = createAuthorization(invoke);
    flushAuthorizers = authorization.flush;
    const passage = { invoke, ...authorization, throttle: createThrottle(stack.usagePlans, plansOf) };
    listener = gatewayListener(stack, passage, beside, onRefusal);
  };
  return { ...listening, serve, flushAuthorizers: () => flushAuthorizers() };
};

/** What a request passes on its way to a function. */
interface Passage extends Authorization {
  readonly invoke: InvokeFunction;
  readonly throttle: Throttle;
}

const gatewayListener = (
  stack: LocalStack,
  passage: Passage,
  beside: RequestListener,
  onRefusal: (line: AccessLine) => void,
): RequestListener => {
  return async (message, response) => {
    const request = readGatewayRequest(message, stack.stage);
    if (!request) {
      beside(message, response);
      return;
    }
    response.setHeader('x-amzn-RequestId', request.requestId);
    try {
      send(response, await answer(stack, passage, request, message));
    } catch (error) {
      if (!(error instanceof Refusal)) console.error('The local gateway failed:', error);
      const refusal = error instanceof Refusal ? error : new Refusal('DEFAULT_5XX');
      const refused = refuse(stack, request, refusal);
      onRefusal(accessLine(request, refusal, refused.status));
      send(response, refused);
    }
    if (!message.complete) drain(message);
  };
};

/** How long a client may take to send the rest of a body that was refused unread. */
const DRAIN_MS = 10_000;

/** Discards the rest of the body: closing the connection before it has arrived could cost the client the answer. */
const drain = (message: IncomingMessage): void => {
  const giveUp = setTimeout(() => message.destroy(), DRAIN_MS).unref();
  message.once('close', () => clearTimeout(giveUp));
  message.resume();
};

/** The tenant of the token, for requests that the authorizer accepted. */
const bearers = new WeakMap<GatewayRequest, string>();

const FORBIDDEN = Buffer.from('{"message":"Forbidden"}');

/** There is no API with this stage, so there are no gateway responses either. */
export const refuseStage: RequestListener = (_, response) =>
  send(response, { status: 403, headers: { 'Content-Type': 'application/json' }, body: FORBIDDEN });

/** In API Gateway's order: an unknown path is refused before the token is checked. */
const answer = async (
  stack: LocalStack,
  { invoke, authorize, throttle }: Passage,
  request: GatewayRequest,
  message: IncomingMessage,
): Promise<HttpResponse> => {
  const match = matchRoute(stack.routes, request.method, segmentsOf(request.path));
  if (!match) throw new Refusal(notThere(request));
  const { authorizer, integration, apiKeyRequired } = match.route;
  const { context, apiKey } = authorizer
    ? await authorize(authorizer, headerOf(request, authorizer.header), methodArn(request))
    : { context: {}, apiKey: undefined };
  if (context.tenant !== undefined) bearers.set(request, context.tenant);
  if (apiKeyRequired) throttle(apiKey);
  if ('mock' in integration) {
    return answerMock(integration.mock, headerOf(request, 'content-type'), headerOf(request, 'accept'));
  }
  const event = buildProxyEvent(request, match, context, await readBody(message));
  const result = await invoke(integration.functionName, event, INTEGRATION_TIMEOUT_MS).catch(
    refuseFunctionError,
  );
  return readProxyResult(result);
};

/** With an Authorization header that is not an AWS signature, API Gateway complains about the signature, not the path. */
const notThere = (request: GatewayRequest): RefusalType =>
  headerOf(request, 'authorization') === undefined ? 'MISSING_AUTHENTICATION_TOKEN' : 'INCOMPLETE_SIGNATURE';

/** The path exactly as it was sent: the policy is evaluated against that. */
const methodArn = ({ stage, method, path }: GatewayRequest): string =>
  `arn:aws:execute-api:${localCredentials.AWS_REGION}:${ACCOUNT_ID}:${API_ID}/${stage}/${method}${path}`;

const refuseFunctionError = (error: unknown): never => {
  if (!(error instanceof FunctionError)) throw error;
  throw new Refusal(error instanceof FunctionTimeout ? 'INTEGRATION_TIMEOUT' : 'DEFAULT_5XX');
};

const refuse = (stack: LocalStack, request: GatewayRequest, { type }: Refusal): HttpResponse => {
  const context = requestContextOf(request, '', '', {});
  const accept = headerOf(request, 'accept') ?? '';
  const refusal = answerRefusal(stack.gatewayResponses, type, accept, { ...context });
  return { ...refusal, body: Buffer.from(refusal.body) };
};

const accessLine = (
  request: GatewayRequest,
  { type, wasChecked, cause }: Refusal,
  status: number,
): AccessLine => {
  const { requestId, method, stage, path } = request;
  const tenant = bearers.get(request);
  const line = {
    requestId,
    ...(wasChecked && { authorizerMilliseconds: '1' }),
    ...(typeof cause === 'string' && { authorizerRequestId: randomUUID(), cause }),
    method,
    path: `/${stage}${path}`,
    status: String(status),
    refusal: type,
  };
  return tenant === undefined ? line : { ...line, tenant };
};

const send = (response: ServerResponse, { status, headers, body }: HttpResponse): void => {
  const isEmpty = status === 204 || status === 304;
  response.writeHead(status, isEmpty ? { ...headers } : { ...headers, 'Content-Length': body.length });
  response.end(isEmpty ? undefined : body);
};
