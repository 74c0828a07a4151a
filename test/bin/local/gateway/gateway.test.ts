// API Gateway's behaviour as the local run plays it, with functions and an authorizer made for the purpose.

import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type FunctionHost, hostFunctions } from '../../../../bin/local/functions/host.ts';
import type { AccessLine } from '../../../../bin/local/gateway/access-log.ts';
import { type Gateway, startGateway } from '../../../../bin/local/gateway/gateway.ts';
import { functionsOnTheWay } from '../../../../bin/local/stack/gateway.ts';
import { readStack } from '../../../../bin/local/stack/stack.ts';
import { fixtureTemplate } from '../fixture/template.ts';

let functions: FunctionHost;
let gateway: Gateway;
let baseUrl: string;

beforeAll(async () => {
  const stack = readStack(fixtureTemplate);
  functions = hostFunctions(stack.functions, { AWS_REGION: 'eu-central-1' });
  gateway = await startGateway(0);
  await functions.load(functionsOnTheWay(stack));
  gateway.serve(stack, functions.invoke);
  baseUrl = `http://127.0.0.1:${gateway.port}/scim`;
});

afterAll(async () => {
  await gateway.stop();
  await functions.stop();
});

const get = (path: string, token: string | undefined = 'Bearer allow-acme', init: RequestInit = {}) =>
  fetch(`${baseUrl}${path}`, {
    ...init,
    headers: { ...(token && { Authorization: token }), ...init.headers },
  });

const eventOf = async (path: string, init?: RequestInit): Promise<APIGatewayProxyEvent> => {
  const answer = await get(path, undefined, init);
  expect(answer.status).toBe(200);
  return (await answer.json()) as APIGatewayProxyEvent;
};

/** The functions' output (errors that a test provokes) is not the test's. */
const quietly = async <Result>(act: () => Promise<Result>): Promise<Result> => {
  const silenced = [
    jest.spyOn(process.stderr, 'write').mockReturnValue(true),
    jest.spyOn(console, 'error').mockReturnValue(),
  ];
  try {
    return await act();
  } finally {
    for (const spy of silenced) spy.mockRestore();
  }
};

describe('routes', () => {
  test.each([
    ['a literal before a parameter', 'GET', '/acme/Users/me', '/{tenant}/Users/me', { tenant: 'acme' }],
    [
      'a parameter before a greedy one',
      'GET',
      '/acme/Users/7',
      '/{tenant}/Users/{id}',
      { tenant: 'acme', id: '7' },
    ],
    [
      'a greedy parameter takes the rest',
      'GET',
      '/acme/a/b/c',
      '/{tenant}/{proxy+}',
      { tenant: 'acme', proxy: 'a/b/c' },
    ],
    [
      'a greedy parameter takes what is deeper than a literal',
      'GET',
      '/acme/Users/7/x',
      '/{tenant}/{proxy+}',
      { tenant: 'acme', proxy: 'Users/7/x' },
    ],
    ['a trailing slash is ignored', 'GET', '/acme/Users/', '/{tenant}/Users', { tenant: 'acme' }],
    ['several are ignored', 'GET', '/acme/Users//', '/{tenant}/Users', { tenant: 'acme' }],
    ['slashes behind the stage are ignored', 'GET', '//acme/Users', '/{tenant}/Users', { tenant: 'acme' }],
    [
      'a doubled slash makes another path, which only a greedy parameter takes',
      'GET',
      '/acme//Users',
      '/{tenant}/{proxy+}',
      { tenant: 'acme', proxy: '/Users' },
    ],
    [
      'the same in the middle of one',
      'GET',
      '/acme/a//b',
      '/{tenant}/{proxy+}',
      { tenant: 'acme', proxy: 'a//b' },
    ],
    [
      'a method that the most literal path has not is looked for at the next',
      'POST',
      '/acme/Users/me',
      '/{tenant}/Users/{id}',
      { tenant: 'acme', id: 'me' },
    ],
    [
      'parameters are decoded',
      'GET',
      '/acme/Users/a%2Fb%20c',
      '/{tenant}/Users/{id}',
      { tenant: 'acme', id: 'a/b c' },
    ],
    ['ANY takes PATCH', 'PATCH', '/acme/Users', '/{tenant}/Users', { tenant: 'acme' }],
    ['ANY takes OPTIONS', 'OPTIONS', '/acme/Users', '/{tenant}/Users', { tenant: 'acme' }],
  ])('%s', async (_, method, path, resource, pathParameters) => {
    const event = await eventOf(path, { method });

    expect(event).toMatchObject({ resource, pathParameters, path, httpMethod: method });
  });

  const nowhere = [
    ['nothing below a greedy parameter', 'PATCH', '/open/'],
    ['the root', 'GET', '/'],
    ['a method that API Gateway has not', 'PROPFIND', '/acme/Users'],
  ] as const;

  test.each(nowhere)(
    '%s: the gateway response for a path that is not there, before any token is looked at',
    async (_, method, path) => {
      const template = { ...fixtureTemplate.Resources };
      delete template.AnyTenant;
      const bare = await startGateway(0);
      bare.serve(readStack({ ...fixtureTemplate, Resources: template }), functions.invoke);
      const answer = await fetch(`http://127.0.0.1:${bare.port}/scim${path}`, { method });
      await bare.stop();

      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({
        refused: 'Missing Authentication Token',
        path: `/scim${path}`,
        requestId: answer.headers.get('x-amzn-requestid'),
      });
    },
  );

  test('with an Authorization header it is taken for a request to AWS: 403, not signed', async () => {
    const answer = await get('/', 'Bearer allow-acme');

    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({ refused: 'INCOMPLETE_SIGNATURE' });
  });

  test('a path of no stage is forbidden', async () => {
    const answer = await fetch(`http://127.0.0.1:${gateway.port}/other/acme/Users`);

    expect([answer.status, await answer.json()]).toEqual([403, { message: 'Forbidden' }]);
  });
});

describe('a mock', () => {
  test.each([
    ['no header', 'GET', undefined, {}, '{"is":"json"}'],
    ['a Bearer header', 'GET', 'Bearer unknown', {}, '{"is":"json"}'],
    ['Accept: application/scim+json', 'GET', undefined, { Accept: 'application/scim+json' }, '{"is":"scim"}'],
    ['Accept: text/html', 'GET', undefined, { Accept: 'text/html' }, '{"is":"json"}'],
    ['a body of JSON', 'POST', 'Bearer unknown', { 'Content-Type': 'application/json' }, '{"is":"json"}'],
    [
      'a body of SCIM',
      'POST',
      undefined,
      { 'Content-Type': 'Application/scim+json; charset=utf-8' },
      '{"is":"json"}',
    ],
  ])('answers to %s without asking anybody', async (_, method, token, headers, body) => {
    const answer = await fetch(`${baseUrl}/acme`, {
      method,
      headers: { ...headers, ...(token && { Authorization: token }) } as Record<string, string>,
      ...(method === 'POST' && { body: '{}' }),
    });

    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    expect(await answer.text()).toBe(body);
  });

  test('refuses a media type that it has no template for', async () => {
    const answer = await fetch(`${baseUrl}/acme`, { method: 'POST', body: 'x' });

    expect([answer.status, await answer.json()]).toEqual([415, { refused: 'UNSUPPORTED_MEDIA_TYPE' }]);
  });
});

describe('the authorizer', () => {
  test.each([
    ['no token', undefined],
    ['a token that the expression refuses', 'Basic allow-acme'],
    ['a token that only contains what the expression wants', 'x Bearer allow-acme'],
    ['a token that the authorizer does not know', 'Bearer unknown'],
  ])('%s: 401 with the gateway response of the stack', async (_, token) => {
    const answer = await fetch(`${baseUrl}/acme/Users`, { headers: token ? { Authorization: token } : {} });

    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    expect(answer.headers.get('x-fixture')).toBe('yes');
    expect(await answer.json()).toEqual({ refused: 'UNAUTHORIZED' });
  });

  test.each([
    ['a policy for another tenant', 'Bearer allow-other'],
    ['a policy that denies', 'Bearer deny-acme'],
  ])('%s: 403', async (_, token) => {
    expect((await get('/acme/Users', token)).status).toBe(403);
  });

  test.each([
    ['another error', 'Bearer fails'],
    ['a result that is no policy', 'Bearer nonsense'],
  ])('%s: 500, with what the stack says for any server error', async (_, token) => {
    const answer = await quietly(() => get('/acme/Users', token));

    expect([answer.status, await answer.json()]).toEqual([500, { refused: '' }]);
  });

  test('is asked once per token; the policy from the cache is held against every path', async () => {
    const first = await eventOf('/acme/Users');
    const second = await eventOf('/acme/anything/else', { method: 'POST' });
    const elsewhere = await get('/other/Users');

    expect(first.requestContext.authorizer).toMatchObject({ tenant: 'acme', principalId: 'someone' });
    expect(second.requestContext.authorizer).toEqual(first.requestContext.authorizer);
    expect(elsewhere.status).toBe(403);
  });
});

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
      domainName: `127.0.0.1:${gateway.port}`,
      resourcePath: '/{tenant}/Users',
      httpMethod: 'GET',
      identity: { sourceIp: '127.0.0.1' },
    });
    expect(event.requestContext.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(event.requestContext.requestTime).toMatch(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(Date.now() - event.requestContext.requestTimeEpoch).toBeLessThan(5000);
  });

  test('headers keep their case, hop-by-hop ones are gone, forwarding ones are there', async () => {
    const answer = httpRequest(`${baseUrl}/acme/Users`, {
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
      'X-Forwarded-Port': String(gateway.port),
    });
    expect(event.multiValueHeaders['x-MIXED']).toEqual(['a', 'b']);
    expect(Object.keys(event.headers).filter((name) => /connection|content-length/i.test(name))).toEqual([]);
  });

  test('a body is text', async () => {
    const event = await eventOf('/acme/Users', { method: 'POST', body: '{"displayName":"Jürgen 🦦"}' });

    expect(event.body).toBe('{"displayName":"Jürgen 🦦"}');
  });

  test('a body over 10 MB is refused, whether it is announced or not', async () => {
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
      const socket = connect(gateway.port, '127.0.0.1');
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
    const socket = connect(gateway.port, '127.0.0.1');
    socket.end(
      'GET /scim/%zz/%E0%A4%A/?a=%zz&%=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer allow-acme\r\n\r\n',
    );

    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('the answer of a function', () => {
  test('headers, several values and the body arrive; what the gateway keeps to itself is renamed', async () => {
    const answer = await get('/acme/headers');

    expect(answer.status).toBe(201);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json',
      'x-single': 'one',
      'x-several': 'a, b',
      'x-amzn-remapped-www-authenticate': 'Bearer',
    });
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(await answer.text()).toBe('plain');
  });

  test('a base64 body is decoded', async () => {
    expect(await (await get('/acme/base64')).text()).toBe('decoded');
  });

  test('a 204 has no body', async () => {
    const answer = await get('/acme/empty');

    expect([answer.status, await answer.text()]).toEqual([204, '']);
  });

  test.each(['nothing', 'no-status', 'object-body', 'huge', 'throws'])(
    '%s: 502 with the gateway response of the stack',
    async (wish) => {
      const answer = await quietly(() => get(`/acme/${wish}`));

      expect([answer.status, await answer.json()]).toEqual([502, { refused: '' }]);
    },
  );

  test('a function that ends its process gives 502, and the next request a fresh one', async () => {
    const ended = await quietly(() => get('/acme/exits'));
    expect(ended.status).toBe(502);

    expect(await (await get('/acme/count')).text()).toBe('1');
  });

  test('a function out of its own time gives 502, and the next request a fresh one', async () => {
    expect((await get('/acme/slow')).status).toBe(502);

    expect(await (await get('/acme/count')).text()).toBe('1');
  });

  test('a function that takes longer than the gateway waits gives 504', async () => {
    const impatient = await startGateway(0);
    impatient.serve(readStack(fixtureTemplate), (name, event) =>
      functions.invoke(name, event, name === 'Echo' ? 50 : 5000),
    );
    const answer = await fetch(`http://127.0.0.1:${impatient.port}/scim/acme/slow`, {
      headers: { Authorization: 'Bearer allow-acme' },
    });
    await impatient.stop();

    expect([answer.status, await answer.json()]).toEqual([504, { refused: '' }]);
  });

  test('a function sees its own environment and no more', async () => {
    const environment = await (await get('/acme/environment')).json();

    expect(environment).toEqual({
      AWS_LAMBDA_FUNCTION_NAME: 'Echo',
      AWS_REGION: 'eu-central-1',
      TABLE: 'scim-directory',
      NAME: 'eu-central-1/scim-directory',
    });
  });
});

test('what the gateway refuses by itself is a line of the access log, without its query, with whose token was let in', async () => {
  const lines: AccessLine[] = [];
  const logged = await startGateway(0);
  const onRefusal = (line: AccessLine) => lines.push(line);
  logged.serve(readStack(fixtureTemplate), functions.invoke, { onRefusal });
  const url = `http://127.0.0.1:${logged.port}/scim/acme`;
  const denied = await fetch(`${url}/Users?filter=x`, { headers: { Authorization: 'Bearer deny' } });
  const letIn = { Authorization: 'Bearer allow-acme' };
  const failed = await quietly(() => fetch(`${url}/throws`, { headers: letIn }));
  await logged.stop();

  const lineOf = (answer: Response, path: string) => ({
    requestId: answer.headers.get('x-amzn-requestid'),
    method: 'GET',
    path,
    status: String(answer.status),
  });
  const checked = { authorizerMilliseconds: expect.any(String) };
  expect(lines).toEqual([
    { ...lineOf(denied, '/scim/acme/Users'), refusal: 'ACCESS_DENIED', ...checked },
    { ...lineOf(failed, '/scim/acme/throws'), refusal: 'DEFAULT_5XX', tenant: 'acme', ...checked },
  ]);
});

test('before it serves, the gateway asks for patience', async () => {
  const starting = await startGateway(0);
  const answer = await fetch(`http://127.0.0.1:${starting.port}/scim/acme/Users`);
  await starting.stop();

  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
});
