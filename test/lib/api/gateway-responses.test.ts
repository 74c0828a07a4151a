// What the gateway answers by itself, as SCIM errors that an administrator can act on.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { resourcesOf } from '../template.ts';

let template: Template;

beforeAll(() => {
  template = scimTemplate();
});

describe('what the gateway answers by itself', () => {
  const answers = () =>
    resourcesOf(template, 'AWS::ApiGateway::GatewayResponse').map(({ properties }) => properties);
  const answer = (type: string) => answers().find(({ ResponseType }) => ResponseType === type);

  // Every type of API Gateway's documentation, with the status that a SCIM client is to see.
  test.each([
    ['ACCESS_DENIED', 403],
    ['API_CONFIGURATION_ERROR', 500],
    ['AUTHORIZER_CONFIGURATION_ERROR', 503],
    ['AUTHORIZER_FAILURE', 503],
    ['BAD_REQUEST_BODY', 400],
    ['BAD_REQUEST_PARAMETERS', 400],
    ['EXPIRED_TOKEN', 401],
    ['INTEGRATION_FAILURE', 504],
    ['INTEGRATION_TIMEOUT', 504],
    ['INVALID_API_KEY', 503],
    ['INVALID_SIGNATURE', 401],
    ['MISSING_AUTHENTICATION_TOKEN', 404],
    ['QUOTA_EXCEEDED', 429],
    ['REQUEST_TOO_LARGE', 413],
    ['RESOURCE_NOT_FOUND', 404],
    ['THROTTLED', 429],
    ['UNAUTHORIZED', 401],
    ['UNSUPPORTED_MEDIA_TYPE', 415],
    ['WAF_FILTERED', 403],
  ])('%s is a SCIM error with status %i', (type, status) => {
    const { StatusCode, ResponseTemplates } = answer(type) ?? {};
    expect(StatusCode).toBe(String(status));
    expect(errorIn(ResponseTemplates)).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      detail: expect.stringMatching(/^[A-Z].{30,}\.$/),
    });
  });

  test.each(['DEFAULT_4XX', 'DEFAULT_5XX'])('%s leaves the status as it is', (type) => {
    expect(answer(type)).not.toHaveProperty('StatusCode');
    expect(errorIn(answer(type)?.ResponseTemplates).detail).toMatch(/request .+\.$/);
  });

  test('all of them are application/scim+json, whatever the client accepts', () => {
    for (const { ResponseParameters, ResponseTemplates } of answers()) {
      expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/scim+json'");
      expect(new Set(Object.values(ResponseTemplates)).size).toBe(1);
      expect(Object.keys(ResponseTemplates)).toEqual(['application/json', 'application/scim+json']);
    }
  });

  test('nothing that the client sent comes back', () => {
    const variables = answers().flatMap(({ ResponseTemplates }) =>
      Object.values(ResponseTemplates).flatMap((text) => text.match(/\$\S*[\w)]/g) ?? []),
    );
    expect(new Set(variables)).toEqual(new Set(['$context.requestId']));
  });

  test('a refused token says how to authenticate, a throttled client when to come back', () => {
    expect(answer('UNAUTHORIZED')?.ResponseParameters).toMatchObject({
      'gatewayresponse.header.WWW-Authenticate': `'Bearer realm="scim"'`,
    });
    expect(answer('THROTTLED')?.ResponseParameters).toMatchObject({
      'gatewayresponse.header.Retry-After': "'1'",
    });
  });

  test('a tenant without its key, which the operator mends, is asked to come back', () => {
    expect(answer('INVALID_API_KEY')?.ResponseParameters).toMatchObject({
      'gatewayresponse.header.Retry-After': "'30'",
    });
    expect(errorIn(answer('INVALID_API_KEY')?.ResponseTemplates).detail).toContain('try again by itself');
  });

  // The gateway has one answer for the limits of tenant, stage and account, and does not say which it was.
  test("a throttled client is not told that the limit was the tenant's when it may have been everybody's", () => {
    const { detail } = errorIn(answer('THROTTLED')?.ResponseTemplates);
    expect(detail).toMatch(/for this tenant, or for this service as a whole/);
    expect(detail).toContain('Retry-After');
  });

  const errorIn = (templates: Readonly<Record<string, string>> | undefined) => {
    const body = Object.values(templates ?? {})[0] ?? '';
    return JSON.parse(body.replaceAll('$context.requestId', 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef'));
  };
});
