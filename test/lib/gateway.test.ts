// The way in, as API Gateway is told about it: routes, tokens, and what it answers by itself.

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Incarnation } from '../../lambdas/tenants/tenant.ts';
import { makeToken } from '../../lambdas/tokens/token.ts';
import { scimTemplate, type Template } from '../../lib/scim-app.ts';
import { functionOf, only, resourcesOf } from './template.ts';

let template: Template;

beforeAll(() => {
  template = scimTemplate();
});

describe('routes', () => {
  const pathOf = (resourceId: string): string => {
    const resource = resourcesOf(template, 'AWS::ApiGateway::Resource').find(({ id }) => id === resourceId);
    return resource
      ? `${pathOf(resource.properties.ParentId.Ref ?? '')}/${resource.properties.PathPart}`
      : '';
  };
  const routes = () =>
    resourcesOf(template, 'AWS::ApiGateway::Method').map(({ properties }) => ({
      path: pathOf(properties.ResourceId.Ref ?? ''),
      ...properties,
    }));

  test.each([
    ['/{tenant}/v2/Users', 'users'],
    ['/{tenant}/v2/Users/{proxy+}', 'users'],
    ['/{tenant}/v2/Groups', 'groups'],
    ['/{tenant}/v2/Groups/{proxy+}', 'groups'],
    ['/{tenant}/v2/Bulk', 'bulk'],
    ['/{tenant}/v2/Bulk/{proxy+}', 'bulk'],
    ['/{tenant}/v2/ServiceProviderConfig', 'discovery'],
    ['/{tenant}/v2/ResourceTypes', 'discovery'],
    ['/{tenant}/v2/ResourceTypes/{proxy+}', 'discovery'],
    ['/{tenant}/v2/Schemas', 'discovery'],
    ['/{tenant}/v2/Schemas/{proxy+}', 'discovery'],
    ['/{tenant}/v2/Me', 'discovery'],
    ['/{tenant}/v2/{proxy+}', 'resources'],
  ])('every method of %s goes to %s', (path, name) => {
    const [route, ...others] = routes().filter((each) => each.path === path);
    expect(others).toEqual([]);
    expect(route).toMatchObject({ HttpMethod: 'ANY', Integration: { Type: 'AWS_PROXY' } });
    expect(JSON.stringify(route?.Integration.Uri)).toContain(
      functionOf(template, `lambdas/handlers/${name}.ts`).id,
    );
  });

  test('there is no other path, and none without the authorizer', () => {
    expect(routes()).toHaveLength(15);
    expect(new Set(routes().map(({ AuthorizationType }) => AuthorizationType))).toEqual(new Set(['CUSTOM']));
  });
});

describe('the token that the gateway lets through to the authorizer', () => {
  const token = makeToken({
    tenant: 'acme-2.t1a2b3' as Incarnation,
    keyId: '0b2d6a50-7f3d-4c35-9f43-9a3c4f4d1c11',
  });
  const matches = (header: string) => {
    const { IdentityValidationExpression } = only(template, 'AWS::ApiGateway::Authorizer');
    return new RegExp(IdentityValidationExpression).test(header);
  };

  test.each([`Bearer ${token}`, `bearer ${token}`, `BEARER ${token}`, `Bearer  ${token} `])(
    '%s',
    (header) => {
      expect(matches(header)).toBe(true);
    },
  );

  test.each([
    ['no scheme', token],
    ['another scheme', `Basic ${token}`],
    ['nothing after the scheme', 'Bearer '],
    ['another version', `Bearer ${token.replace('scim1', 'scim2')}`],
    ['a tenant in upper case', `Bearer ${token.replace('acme-2', 'ACME-2')}`],
    ['no incarnation', `Bearer ${token.replace('.t1a2b3', '')}`],
    ['an incarnation that is too short', `Bearer ${token.replace('.t1a2b3', '.t1a2b')}`],
    ['a tenant of two characters', `Bearer ${token.replace('acme-2', 'ac')}`],
    ['a tenant of 33 characters', `Bearer ${token.replace('acme-2', 'a'.repeat(33))}`],
    ['a key id in upper case', `Bearer ${token.replace('0b2d6a50', '0B2D6A50')}`],
    ['a character lost at the end', `Bearer ${token.slice(0, -1)}`],
    ['a character too many', `Bearer ${token}A`],
    ['a line break inside', `Bearer ${token.slice(0, 60)}\n${token.slice(60)}`],
    ['two tokens', `Bearer ${token} ${token}`],
    ['a JWT', 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL3N0cyJ9.c2lnbmF0dXJl'],
  ])('is none with %s', (_, header) => {
    expect(matches(header)).toBe(false);
  });

  test('is looked for in Authorization and kept for five minutes', () => {
    expect(only(template, 'AWS::ApiGateway::Authorizer')).toMatchObject({
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 300,
    });
  });
});

describe('what the gateway answers by itself', () => {
  const answers = () =>
    resourcesOf(template, 'AWS::ApiGateway::GatewayResponse').map(({ properties }) => properties);
  const answer = (type: string) => answers().find(({ ResponseType }) => ResponseType === type);

  // Every type of API Gateway's documentation, with the status that a SCIM client is to see.
  test.each([
    ['ACCESS_DENIED', 403],
    ['API_CONFIGURATION_ERROR', 500],
    ['AUTHORIZER_CONFIGURATION_ERROR', 500],
    ['AUTHORIZER_FAILURE', 500],
    ['BAD_REQUEST_BODY', 400],
    ['BAD_REQUEST_PARAMETERS', 400],
    ['EXPIRED_TOKEN', 401],
    ['INTEGRATION_FAILURE', 504],
    ['INTEGRATION_TIMEOUT', 504],
    ['INVALID_API_KEY', 403],
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

  const errorIn = (templates: Readonly<Record<string, string>> | undefined) => {
    const body = Object.values(templates ?? {})[0] ?? '';
    return JSON.parse(body.replaceAll('$context.requestId', 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef'));
  };
});

describe('the stage', () => {
  test('is called scim and writes no execution log', () => {
    const stage = only(template, 'AWS::ApiGateway::Stage');
    expect(stage.StageName).toBe('scim');
    expect(stage.MethodSettings).toEqual([
      expect.objectContaining({ LoggingLevel: 'OFF', DataTraceEnabled: false, MetricsEnabled: false }),
    ]);
  });

  test('logs who asked for what, without query string, header or body', () => {
    const fields = JSON.parse(only(template, 'AWS::ApiGateway::Stage').AccessLogSetting.Format);
    expect(Object.keys(fields)).toEqual(
      expect.arrayContaining(['tenant', 'keyId', 'path', 'status', 'requestId']),
    );
    expect(JSON.stringify(fields)).not.toMatch(
      /querystring|authorizationToken|header|error\.message|protocol/i,
    );
  });

  test('speaks TLS 1.2 or later and takes no body for binary', () => {
    const api = only(template, 'AWS::ApiGateway::RestApi');
    expect(api.SecurityPolicy).toMatch(/^SecurityPolicy_TLS13_1_2_PFS/);
    expect(api).not.toHaveProperty('BinaryMediaTypes');
    expect(api.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
  });
});

test('with a limit per tenant every method asks for the key that the authorizer names', () => {
  const keyRequired = (each: Template) =>
    resourcesOf(each, 'AWS::ApiGateway::Method').map(({ properties }) => properties.ApiKeyRequired);
  expect(only(template, 'AWS::ApiGateway::RestApi').ApiKeySourceType).toBe('AUTHORIZER');
  expect(new Set(keyRequired(template))).toEqual(new Set([true]));
  for (const off of ['scim:tenantRequestsPerSecond', 'scim:emulator']) {
    const unlimited = scimTemplate({ [off]: off === 'scim:emulator' ? true : 0 });
    expect(new Set(keyRequired(unlimited))).toEqual(new Set([false]));
  }
});
