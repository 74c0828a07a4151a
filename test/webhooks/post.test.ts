// Posting messages over a network that fails.

import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listenOnLoopback } from '../../bin/local/process/listen.ts';
import { post } from '../../lambdas/webhooks/post.ts';

let server: Server;
let url: string;
let stop: () => Promise<void>;
/** The number of requests on each connection. */
let requests: Map<Socket, number>;
/** How many requests a connection answers before it is cut. */
let answered: number;

beforeEach(async () => {
  requests = new Map();
  server = createServer(({ socket }, response) => {
    const count = (requests.get(socket) ?? 0) + 1;
    requests.set(socket, count);
    if (count > answered) socket.destroy();
    else response.writeHead(204).end();
  });
  const listening = await listenOnLoopback(server, 0);
  url = `http://127.0.0.1:${listening.port}/`;
  stop = listening.stop;
});
afterEach(() => stop());

const postTimes = async (times: number) => {
  const outcomes = [];
  for (let time = 0; time < times; time++) outcomes.push(await post(url, { headers: {}, body: '{}' }));
  return outcomes;
};

test('a connection that was kept and is dead by now is no refusal', async () => {
  answered = 1;
  expect(await postTimes(6)).toEqual(Array.from({ length: 6 }, () => ({ taken: true })));
  expect([...requests.values()]).toContain(2);
});

test('an endpoint that ends every connection is down after three', async () => {
  answered = 0;
  expect(await postTimes(1)).toEqual([{ taken: false, answer: 'no answer (UND_ERR_SOCKET)', isDown: true }]);
  expect(requests.size).toBe(3);
});
