// The URL that locations are built from is the one that the client requested, whatever is in front of the function.

import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { locate, readRequest, type ScimEvent } from '../../lambdas/http/gateway.ts';

const API = 'a1b2c3.execute-api.eu-central-1.amazonaws.com';

const eventOf = (path: string, headers: Record<string, string>, domainName?: string) =>
  ({
    pathParameters: { tenant: 'acme' },
    headers,
    requestContext: { path, domainName },
  }) as unknown as APIGatewayProxyEvent;

test.each([
  ['of the API with its stage', '/scim/acme/v2/Users', { Host: API }, API, `https://${API}/scim/acme/v2`],
  [
    'of a custom domain, whose base path is none of ours',
    '/directory/acme/v2/Users',
    { Host: API },
    'scim.example.com',
    'https://scim.example.com/directory/acme/v2',
  ],
  [
    'in the Host header, where the context names no domain',
    '/scim/acme/v2/Users',
    { host: '127.0.0.1:4000', 'X-Forwarded-Proto': 'http' },
    undefined,
    'http://127.0.0.1:4000/scim/acme/v2',
  ],
])('the Tenant URL is that %s', (_, path, headers, domainName, tenantUrl) => {
  expect(locate(eventOf(path, headers, domainName))).toMatchObject({ tenantUrl, rest: ['Users'] });
});

test.each([
  ['of the API with its stage', '/scim/v2/Users', API, `https://${API}/scim/v2`],
  ['of a custom domain', '/v2/Users', 'scim.example.com', 'https://scim.example.com/v2'],
  [
    'of one with a base path',
    '/directory/v2//Users/',
    'scim.example.com',
    'https://scim.example.com/directory/v2',
  ],
])('without a tenant the Tenant URL is that %s', (_, path, domainName, tenantUrl) => {
  const event = { ...eventOf(path, {}, domainName), resource: '/v2/{proxy+}', pathParameters: null };
  expect(locate(event)).toMatchObject({ tenantUrl, rest: ['Users'] });
});

describe('half of a surrogate pair', () => {
  const requestOf = (path: string, queryStringParameters: Record<string, string>) =>
    readRequest({
      ...eventOf(path, {}, API),
      queryStringParameters,
      tenant: {},
      principal: {},
    } as unknown as ScimEvent);

  test.each([
    ['/scim/acme/v2/Users/\ud800', {}],
    ['/scim/acme/v2/Users', { sortBy: '\ud800' }],
    ['/scim/acme/v2/Users', { unknown: 'x\udc00' }],
    ['/scim/acme/v2/Users', { '\udc00': 'x' }],
  ])('is refused in %j %j', (path, query) => {
    expect(() => requestOf(path, query)).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidValue' }),
    );
  });

  test('is left to the reader of filters, and a whole pair to everybody', () => {
    expect(requestOf('/scim/acme/v2/Users', { Filter: '\ud800' }).query).toEqual({ Filter: '\ud800' });
    expect(requestOf('/scim/acme/v2/Users/%F0%9F%98%80', { sortBy: '😀' }).path).toEqual(['Users', '😀']);
  });

  test('is not in what is recorded of the path', () => {
    expect(locate(eventOf('/scim/acme/v2/Users/\ud800', {}, API)).rest).toEqual(['Users', '\ufffd']);
  });
});
