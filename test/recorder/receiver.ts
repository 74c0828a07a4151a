// The endpoint for the webhooks of a recording: one path accepts every message, all others refuse.

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../bin/local/process/listen.ts';

export interface Post {
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface Receiver {
  readonly url: (path: string) => string;
  readonly posts: Post[];
  readonly stop: () => Promise<void>;
}

/** Answers `/take` with 204 and everything else with 500. */
export const startReceiver = async (): Promise<Receiver> => {
  const posts: Post[] = [];
  const server = createServer(async (request, response) => {
    const { url: path = '/', rawHeaders } = request;
    const headers = Array.from(
      { length: rawHeaders.length / 2 },
      (_, at) => [rawHeaders[2 * at] ?? '', rawHeaders[2 * at + 1] ?? ''] as const,
    );
    posts.push({ path, headers, body: await text(request) });
    response.writeHead(path === '/take' ? 204 : 500).end();
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return { url: (path) => `http://127.0.0.1:${port}${path}`, posts, stop };
};
