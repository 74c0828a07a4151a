// How refused and failed requests are answered and logged.

import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import type { ScimEvent } from '../../lambdas/http/gateway.ts';
import { scimHandler } from '../../lambdas/http/scim-handler.ts';
import { notFound, tooManyRequests, unavailable } from '../../lambdas/scim/errors/errors.ts';
import { ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();
beforeAll(() => client.get('/Users'));

const event = () =>
  ({
    httpMethod: 'GET',
    resource: '/{tenant}/v2/Users/{id}',
    headers: {},
    pathParameters: { tenant: client.tenant },
    queryStringParameters: null,
    body: null,
    requestContext: {
      path: `/scim/${client.tenant}/v2/Users/alice@veldt.example`,
      requestId: '7d42',
      requestTimeEpoch: Date.now(),
      authorizer: { tenant: client.tenant, incarnation: client.incarnation.split('.')[1], keyId: 'key' },
    },
  }) as unknown as ScimEvent;

const lines: Record<string, unknown>[] = [];

beforeEach(() => {
  lines.length = 0;
  const keep = (line: unknown) => void lines.push(JSON.parse(JSON.stringify(line)));
  jest.spyOn(console, 'info').mockImplementation(keep);
  jest.spyOn(console, 'error').mockImplementation(keep);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** The response if the route does `act`. */
const answerTo = (act: (id: string) => { status: number }): Promise<APIGatewayProxyResult> =>
  scimHandler({ 'GET /Users/{id}': ({ id }) => act(id) })(event(), {} as Context);

const answerToThrown = (error: unknown) =>
  answerTo(() => {
    throw error;
  });

describe('Retry-After', () => {
  test.each<[what: string, error: () => unknown, status: number, retryAfter: string | undefined]>([
    ['a 503 says five seconds', () => unavailable('tableBusy')`Busy.`, 503, '5'],
    ['a 503 says how long it was told to', () => unavailable('tableBusy', 30)`Busy.`, 503, '30'],
    ['a 429 says five seconds', () => tooManyRequests('tooMuchRead')`Wait.`, 429, '5'],
    ['a 429 says how long it was told to', () => tooManyRequests('tooMuchRead', 60)`Wait.`, 429, '60'],
    [
      'what AWS calls throttled is a 503',
      () => Object.assign(new Error(), { name: 'ThrottlingException' }),
      503,
      '5',
    ],
    ['what AWS throttles is a 503', () => Object.assign(new Error(), { $retryable: {} }), 503, '5'],
    ['a refusal has none', () => notFound('noSuchPath')`Nothing.`, 404, undefined],
    ['a failure has none', () => new Error('Secret'), 500, undefined],
  ])('%s', async (_, error, status, retryAfter) => {
    const { statusCode, headers } = await answerToThrown(error());
    expect([statusCode, headers?.['Retry-After']]).toEqual([status, retryAfter]);
  });
});

describe('the line of a request', () => {
  test('has the code of its refusal and not its sentence', async () => {
    const { body } = await answerTo((id) => {
      throw notFound('noSuchResource')`There is no User with id ${id}.`;
    });
    expect(JSON.parse(body).detail).toBe('There is no User with id alice@veldt.example. Request id: 7d42');
    expect(lines).toEqual([
      expect.objectContaining({ message: 'request', status: 404, code: 'noSuchResource' }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('alice');
  });

  test('has the code of what the client was told about a failure', async () => {
    await answerToThrown(new Error('alice'));
    expect(lines).toEqual([
      expect.objectContaining({ message: 'request failed' }),
      expect.objectContaining({ message: 'request', status: 500, code: 'serviceFailed' }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('alice');
  });

  test('has none when it was answered', async () => {
    await answerTo(() => ({ status: 200 }));
    expect(lines).toEqual([expect.objectContaining({ message: 'request', status: 200 })]);
    expect(lines[0]).not.toHaveProperty('code');
  });
});
