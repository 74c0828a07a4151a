// What API Gateway asks the authorizer and makes of a function's answer, as the local run plays it.

import { describe, expect, test } from '@jest/globals';
import type { AccessLine } from '../../../../bin/local/gateway/access-log.ts';
import { startGateway } from '../../../../bin/local/gateway/gateway.ts';
import { readStack } from '../../../../bin/local/stack/stack.ts';
import { fixtureTemplate } from '../fixture/template.ts';
import { playGateway, quietly } from './play-gateway.ts';

const { baseUrl, invoke, get, eventOf } = playGateway();

describe('the authorizer', () => {
  test.each([
    ['no token', undefined],
    ['a token that the expression refuses', 'Basic allow-acme'],
    ['a token that only contains what the expression wants', 'x Bearer allow-acme'],
    ['a token that the authorizer does not know', 'Bearer unknown'],
  ])('%s: 401 with the gateway response of the stack', async (_, token) => {
    const answer = await fetch(`${baseUrl()}/acme/Users`, { headers: token ? { Authorization: token } : {} });

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
    '%s: 502 with the gateway response of the stack (S1.9)',
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

  test('a function out of its own time gives 502, and the next request a fresh one (S1.9)', async () => {
    expect((await get('/acme/slow')).status).toBe(502);

    expect(await (await get('/acme/count')).text()).toBe('1');
  });

  test('a function that takes longer than the gateway waits gives 504 (S1.9)', async () => {
    const impatient = await startGateway(0);
    impatient.serve(readStack(fixtureTemplate), (name, event) =>
      invoke(name, event, name === 'Echo' ? 50 : 5000),
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
  logged.serve(readStack(fixtureTemplate), invoke, { onRefusal });
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
