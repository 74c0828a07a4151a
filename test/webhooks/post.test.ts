// Posting messages over a network that fails.

import dns from 'node:dns/promises';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { listenOnLoopback } from '../../bin/local/process/listen.ts';
import { isPublic } from '../../lambdas/webhooks/addresses.ts';
import { post } from '../../lambdas/webhooks/post.ts';

let server: Server;
let url: string;
let stop: () => Promise<void>;
/** The number of requests on each connection. */
let requests: Map<Socket, number>;
/** How many requests a connection answers before it is cut. */
let answered: number;
let hosts: string[];
/** The body of each answer, if it has one, and its status. */
let text: string | undefined;
let status: number;

beforeEach(async () => {
  requests = new Map();
  hosts = [];
  text = undefined;
  status = 200;
  server = createServer(({ socket, headers: { host } }, response) => {
    const count = (requests.get(socket) ?? 0) + 1;
    requests.set(socket, count);
    if (count > answered) socket.destroy();
    else if (text === undefined) response.writeHead(204).end();
    else response.writeHead(status).end(text);
    hosts.push(host ?? '');
  });
  const listening = await listenOnLoopback(server, 0);
  url = `http://127.0.0.1:${listening.port}/`;
  stop = listening.stop;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await stop();
});

const postTimes = async (times: number) => {
  const outcomes = [];
  for (let time = 0; time < times; time++) outcomes.push(await post(url, { headers: {}, body: '{}' }));
  return outcomes;
};

test('a stale keep-alive connection is not a refusal', async () => {
  answered = 1;
  expect(await postTimes(6)).toEqual(Array.from({ length: 6 }, () => ({ taken: true, answer: 'HTTP 204' })));
  expect([...requests.values()]).toContain(2);
});

test('an endpoint that ends every connection is down after three', async () => {
  answered = 0;
  expect(await postTimes(1)).toEqual([{ taken: false, answer: 'no answer (ECONNRESET)', isDown: true }]);
  expect(requests.size).toBe(3);
});

describe('the answer is read to its end, so that the next message comes on the same connection', () => {
  test.each([200, 400, 503])('with status %i (S2.6)', async (given) => {
    [answered, text, status] = [100, 'x'.repeat(60_000), given];
    const outcomes = await postTimes(5);
    expect(outcomes.map(({ answer }) => answer)).toEqual(Array.from({ length: 5 }, () => `HTTP ${given}`));
    expect(requests.size).toBe(1);
  });

  test('unless it is longer than an answer to a webhook is: its status counts all the same (S2.6)', async () => {
    [answered, text] = [100, 'x'.repeat(1_000_000)];
    expect(await postTimes(2)).toEqual([1, 2].map(() => ({ taken: true, answer: 'HTTP 200' })));
    expect(requests.size).toBe(2);
  });
});

describe('what is not a public address', () => {
  const message = { headers: {}, body: '{}' };
  const port = () => new URL(url).port;

  test.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '169.254.170.2',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[::ffff:169.254.169.254]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:7f00:1::]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    'localhost',
    'localhost.',
    'hooks.localhost',
  ])('is not posted to: %s (S2.6)', async (host) => {
    answered = 100;
    const outcome = await post(`http://${host}:${port()}/`, message, false);
    expect(outcome).toMatchObject({
      taken: false,
      isDown: true,
      answer: expect.stringMatching(/^not sent: .* not a public address$/),
    });
    expect(requests.size).toBe(0);
  });

  test.each([22, 25, 2049, 6667])('nor is port %i posted to (S2.6)', async (barred) => {
    const { answer } = await post(`https://hooks.veldt.example:${barred}/`, message, false);
    expect(answer).toBe(`not sent: Port ${barred} is not one of web servers`);
  });

  test.each(['1.1.1.1', '52.95.110.1', '2a00:1450:4001::1', '2600:1f18::1'])(
    '%s is one (S2.6)',
    (address) => {
      expect(isPublic(address)).toBe(true);
    },
  );

  test.each([
    ['alone', [{ address: '10.0.0.5', family: 4 }]],
    [
      'among public ones',
      [
        { address: '52.95.110.1', family: 4 },
        { address: 'fd00:ec2::254', family: 6 },
      ],
    ],
    ['of this machine', [{ address: '127.0.0.1', family: 4 }]],
  ])('is not posted to when a name resolves to it, %s (S2.6)', async (_, addresses) => {
    answered = 100;
    jest.spyOn(dns, 'lookup').mockResolvedValue(addresses as never);
    for (const allowLoopback of [false, true]) {
      const outcome = await post(`http://hooks.veldt.example:${port()}/`, message, allowLoopback);
      expect(outcome).toMatchObject({
        taken: false,
        answer: expect.stringMatching(
          /^not sent: hooks.veldt.example resolves to .*, which is not a public address$/,
        ),
      });
    }
    expect(requests.size).toBe(0);
  });

  test('is checked for each connection, which is made to the address that was checked (S2.6)', async () => {
    answered = 100;
    const lookup = jest
      .spyOn(dns, 'lookup')
      .mockResolvedValue([{ address: '127.0.0.1', family: 4 }] as never);
    // In the local run alone: the name of this machine, as DNS says it is now.
    expect(await post(`http://localhost:${port()}/`, message, true)).toMatchObject({ taken: true });
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(hosts).toEqual([`localhost:${port()}`]);
    // Somebody answers the second question otherwise.
    lookup.mockResolvedValue([{ address: '169.254.169.254', family: 4 }] as never);
    await Promise.all([...requests.keys()].map((socket) => socket.destroy()));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await post(`http://localhost:${port()}/`, message, true)).toMatchObject({ taken: false });
  });
});
