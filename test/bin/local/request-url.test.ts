// Whatever is sent as a URL, a local server answers, and goes on answering.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { liveView } from '../../../bin/local/live-view/live-view.ts';
import { requestUrl } from '../../../bin/local/request-url.ts';

const ODD = ['//', '//scim', '///', '*', 'http://[', '//[', '/%', '/\\', '//@:x', '/?//'];

const server = createServer(
  liveView(
    () => Promise.reject(new Error('Nobody asks for the state.')),
    (_, response) => response.writeHead(404).end(),
  ),
);
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  server.close();
});

test.each(ODD)('GET %s is answered, and ends nothing (S2.8)', async (url) => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 40[034] /);
});

test.each([
  [undefined, '/'],
  ['/live?tenant=acme', '/live'],
  ['//live', '//live'],
  ['*', '/*'],
])('%s is the path %s', (sent, path) => {
  expect(requestUrl(sent).pathname).toBe(path);
});
