// Lambda's Invoke API on loopback, which the operator's commands call with the real client: synchronous invocations only.

import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listening, listenOnLoopback } from '../process/listen.ts';
import { requestUrl } from '../request-url.ts';
import { FunctionError } from './function-error.ts';
import { type InvokeFunction, LONGEST_WAIT_MS } from './host.ts';

/** The running API. */
export interface Lambda {
  readonly endpoint: string;
  readonly stop: Listening['stop'];
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Starts on a free port of 127.0.0.1. */
export const startLambda = async (invoke: InvokeFunction): Promise<Lambda> => {
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await answer(request, invoke).catch(() =>
      failed(400, 'InvalidRequestContentException', 'The request cannot be read.'),
    );
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop };
};

const answer = async (request: IncomingMessage, invoke: InvokeFunction): Promise<Answer> => {
  const { pathname } = requestUrl(request.url);
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
  if (request.method !== 'POST' || name === undefined) {
    return failed(404, 'ResourceNotFoundException', `${request.method} ${pathname} is not supported here.`);
  }
  const event = JSON.parse(await text(request));
  try {
    return {
      status: 200,
      body: (await invoke(decodeURIComponent(name), event, LONGEST_WAIT_MS)) ?? null,
    };
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return {
      status: 200,
      headers: { 'X-Amz-Function-Error': 'Unhandled' },
      body: { errorType: 'Error', errorMessage: error.message },
    };
  }
};

const failed = (status: number, type: string, message: string): Answer => ({
  status,
  headers: { 'x-amzn-ErrorType': type },
  body: { message },
});
