// The event that a function gets from the local gateway, and requests that make none.

import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { playGateway } from './play-gateway.ts';

const { port, baseUrl, get, eventOf } = playGateway();

describe('the event', () => {
  test('query values are decoded once, the last of several counts, and a name without value is empty', async () => {
    const event = await eventOf(
      '/acme/Users?filter=userName+eq+%22a%2Bb%40x%2525%22&n=1&n=2&aadOptscim062020',
    );

    expect(event.queryStringParameters).toEqual({
      filter: 'userName eq "a+b@x%25"',
      n: '2',
      aadOptscim062020: '',
    });
    expect(event.multiValueQueryStringParameters).toMatchObject({ n: ['1', '2'] });
  });

  test('what is absent is null', async () => {
    const event = await eventOf('/acme/Users');

    expect(event).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
  });

  test('the context tells stage, host with port, address and time', async () => {
    const event = await eventOf('/acme/Users/');

    expect(event.requestContext).toMatchObject({
      path: '/scim/acme/Users/',
      stage: 'scim',
      domainName: `127.0.0.1:${port()}`,
      resourcePath: '/{tenant}/Users',
      httpMethod: 'GET',
      identity: { sourceIp: '127.0.0.1' },
    });
    expect(event.requestContext.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(event.requestContext.requestTime).toMatch(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(Date.now() - event.requestContext.requestTimeEpoch).toBeLessThan(5000);
  });

  test('headers keep their case, hop-by-hop ones are gone, forwarding ones are there', async () => {
    const answer = httpRequest(`${baseUrl()}/acme/Users`, {
      method: 'POST',
      headers: { AUTHORIZATION: 'Bearer allow-acme', 'x-MIXED': ['a', 'b'], 'Content-Length': 2 },
    });
    answer.end('{}');
    const event = await new Promise<APIGatewayProxyEvent>((resolve, reject) => {
      answer.once('response', async (response) => resolve(JSON.parse(await text(response))));
      answer.once('error', reject);
    });

    expect(event.headers).toMatchObject({
      AUTHORIZATION: 'Bearer allow-acme',
      'x-MIXED': 'b',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': String(port()),
    });
    expect(event.multiValueHeaders['x-MIXED']).toEqual(['a', 'b']);
    expect(Object.keys(event.headers).filter((name) => /connection|content-length/i.test(name))).toEqual([]);
  });

  test('a body is text', async () => {
    const event = await eventOf('/acme/Users', { method: 'POST', body: '{"displayName":"Jürgen 🦦"}' });

    expect(event.body).toBe('{"displayName":"Jürgen 🦦"}');
  });

  test('a body over 10 MB is refused, whether it is announced or not (S1.9)', async () => {
    const tooLarge = Buffer.alloc(10 * 1024 * 1024 + 1, ' ');
    const chunked = new ReadableStream({
      start: (controller) => {
        controller.enqueue(tooLarge);
        controller.close();
      },
    });

    expect((await get('/acme/Users', undefined, { method: 'POST', body: tooLarge })).status).toBe(413);
    expect(
      (await get('/acme/Users', undefined, { method: 'POST', body: chunked, duplex: 'half' })).status,
    ).toBe(413);
  });

  test.each([
    ['a refused token', 'Bearer refuse', 401, 200],
    ['no token', '', 401, 401],
  ])(
    'a request that is refused before its body is read keeps its connection: %s (S4.4)',
    async (_, token, status, next) => {
      const half = 1024 * 1024;
      const socket = connect(port(), '127.0.0.1');
      const chunks: string[] = [];
      socket.on('data', (chunk) => chunks.push(String(chunk)));
      const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
      socket.on('error', () => {});
      const head = (authorization: string, length: number) =>
        `POST /scim/acme/Users HTTP/1.1\r\nHost: x\r\n${authorization && `Authorization: ${authorization}\r\n`}Content-Length: ${length}\r\n`;
      socket.write(`${head(token, 2 * half)}\r\n${' '.repeat(half)}`);
      const answered = async (count: number) => {
        const answers = () => chunks.join('').match(/HTTP\/1\.1 \d+/g) ?? [];
        for (const end = Date.now() + 5_000; answers().length < count && !socket.closed && Date.now() < end; )
          await new Promise((resolve) => setTimeout(resolve, 10));
        return answers();
      };
      expect(await answered(1)).toEqual([`HTTP/1.1 ${status}`]);
      socket.write(' '.repeat(half));
      socket.write(`${head(next === 200 ? 'Bearer allow-acme' : '', 2)}Connection: close\r\n\r\n{}`);
      expect(await answered(2)).toEqual([`HTTP/1.1 ${status}`, `HTTP/1.1 ${next}`]);
      await closed;
    },
  );

  test('a request line that is no URL does no harm', async () => {
    const socket = connect(port(), '127.0.0.1');
    socket.end(
      'GET /scim/%zz/%E0%A4%A/?a=%zz&%=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer allow-acme\r\n\r\n',
    );

    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
  });
});
