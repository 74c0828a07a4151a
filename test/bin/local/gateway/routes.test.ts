// Which route and which mock a request to the local gateway meets.

import { describe, expect, test } from '@jest/globals';
import { startGateway } from '../../../../bin/local/gateway/gateway.ts';
import { readStack } from '../../../../bin/local/stack/stack.ts';
import { fixtureTemplate } from '../fixture/template.ts';
import { playGateway } from './play-gateway.ts';

const { port, baseUrl, invoke, get, eventOf } = playGateway();

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
      bare.serve(readStack({ ...fixtureTemplate, Resources: template }), invoke);
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
    const answer = await fetch(`http://127.0.0.1:${port()}/other/acme/Users`);

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
    const answer = await fetch(`${baseUrl()}/acme`, {
      method,
      headers: { ...headers, ...(token && { Authorization: token }) } as Record<string, string>,
      ...(method === 'POST' && { body: '{}' }),
    });

    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    expect(await answer.text()).toBe(body);
  });

  test('refuses a media type that it has no template for', async () => {
    const answer = await fetch(`${baseUrl()}/acme`, { method: 'POST', body: 'x' });

    expect([answer.status, await answer.json()]).toEqual([415, { refused: 'UNSUPPORTED_MEDIA_TYPE' }]);
  });
});
