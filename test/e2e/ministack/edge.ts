// What stands in front of a deployed REST API: the name that DNS would know and the header that tells the scheme. Customers
// call `<origin>/scim/<tenant>/v2`; MiniStack serves the API below a path of its own.

import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Edge {
  /** The URL at which the API is reached, for one that only AWS would resolve. */
  readonly reach: (url: string) => string;
  readonly stop: () => void;
}

/** Serves the API with this `baseUrl` (`https://<api id>.execute-api.…/scim`) of MiniStack on a port of 127.0.0.1. */
export const startEdge = async (endpoint: string, baseUrl: string): Promise<Edge> => {
  const { hostname, origin } = new URL(baseUrl);
  const below = `${endpoint}/_aws/execute-api/${hostname.split('.')[0]}`;
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, 'x-forwarded-proto': 'http' };
    const options = { method: incoming.method, headers, agent };
    const onward = request(`${below}${incoming.url}`, options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    reach: (url) => url.replace(origin, `http://127.0.0.1:${port}`),
    stop: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
};
