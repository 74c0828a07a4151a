// A server that answers every request with the same thing, right or wrong, and remembers what it was asked.

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WrongServer {
  readonly tenantUrl: string;
  readonly asked: Asked[];
  /** The answer to everything from now on; `'nothing'` cuts the connection. */
  answer: Answer | 'nothing';
  stop(): Promise<void>;
}

export const startWrongServer = async (): Promise<WrongServer> => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    if (wrong.answer === 'nothing') {
      response.destroy();
      return;
    }
    const { status = 200, headers = { 'content-type': 'application/scim+json' }, body: text } = wrong.answer;
    response.writeHead(status, headers);
    response.end(text === undefined || typeof text === 'string' ? text : JSON.stringify(text));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const wrong: WrongServer = {
    tenantUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/acme/v2`,
    asked,
    answer: {},
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return wrong;
};
