// The way in, as API Gateway is told about it: routes, tokens, the stage.

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Incarnation } from '../../../lambdas/platform/tenant.ts';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { inventToken } from '../../setup/deployment-secret.ts';
import { certificateArn } from '../every-setting.ts';
import { functionOf, only, resourcesOf } from '../template.ts';

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

  const served = [
    ['Users', 'users'],
    ['Users/{proxy+}', 'users'],
    ['Groups', 'groups'],
    ['Groups/{proxy+}', 'groups'],
    ['Bulk', 'bulk'],
    ['Bulk/{proxy+}', 'bulk'],
    ['ServiceProviderConfig', 'discovery'],
    ['ServiceProviderConfig/{proxy+}', 'discovery'],
    ['ResourceTypes', 'discovery'],
    ['ResourceTypes/{proxy+}', 'discovery'],
    ['Schemas', 'discovery'],
    ['Schemas/{proxy+}', 'discovery'],
    ['Me', 'discovery'],
    ['Me/{proxy+}', 'discovery'],
    ['{proxy+}', 'resources'],
  ].flatMap(([path, name]) => ['/{tenant}/v2', '/v2'].map((url) => [`${url}/${path}`, name ?? '']));

  /** Where nothing is served: without a method, a Bearer header would get 403 IncompleteSignature there. */
  const levels = ['', '/{tenant}', '/{tenant}/{proxy+}', '/{tenant}/v2', '/v2'];

  test.each(served)('every method of %s goes to %s, with the authorizer', (path, name) => {
    const [route, ...others] = routes().filter((each) => each.path === path);
    expect(others).toEqual([]);
    expect(route).toMatchObject({
      HttpMethod: 'ANY',
      AuthorizationType: 'CUSTOM',
      Integration: { Type: 'AWS_PROXY' },
    });
    expect(JSON.stringify(route?.Integration.Uri)).toContain(
      functionOf(template, `lambdas/handlers/${name}.ts`).id,
    );
  });

  test.each(levels)('"%s" is 404 for any method, without a token and without a key', (path) => {
    const [route, ...others] = routes().filter((each) => each.path === path);
    expect(others).toEqual([]);
    expect(route).toMatchObject({ HttpMethod: 'ANY', AuthorizationType: 'NONE', ApiKeyRequired: false });
    expect(route).not.toHaveProperty('AuthorizerId');
    expect(route?.Integration).toMatchObject({
      Type: 'MOCK',
      PassthroughBehavior: 'NEVER',
      RequestTemplates: {
        'application/json': '{"statusCode":404}',
        'application/scim+json': '{"statusCode":404}',
      },
    });
    const [answer, ...more] = route?.Integration.IntegrationResponses ?? [];
    expect(more).toEqual([]);
    const contentType = 'method.response.header.Content-Type';
    expect(answer).toMatchObject({
      StatusCode: '404',
      ResponseParameters: { [contentType]: "'application/scim+json'" },
    });
    expect(route?.MethodResponses).toEqual([
      { StatusCode: '404', ResponseParameters: { [contentType]: true } },
    ]);
    // The template is chosen by Accept, and is application/json for a client that sends none.
    expect(Object.keys(answer?.ResponseTemplates ?? {})).toEqual([
      'application/json',
      'application/scim+json',
    ]);
    for (const body of Object.values(answer?.ResponseTemplates ?? {})) {
      expect(JSON.parse(body)).toEqual({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '404',
        detail: expect.stringContaining('A Tenant URL ends in /<tenant>/v2'),
      });
      // What Velocity would read as its own.
      expect(body).not.toMatch(/[$#]/);
    }
  });

  test('there is no other path', () => {
    const known = new Set([...served.map(([path]) => path), ...levels]);
    expect(new Set(routes().map(({ path }) => path))).toEqual(known);
    expect(routes()).toHaveLength(known.size);
  });

  test('each function may be called by one permission for the whole API', () => {
    const called = resourcesOf(template, 'AWS::Lambda::Permission')
      .filter(({ properties }) => properties.Principal === 'apigateway.amazonaws.com')
      .map(({ properties }) => JSON.stringify(properties.FunctionName));
    expect(called).toHaveLength(6);
    expect(new Set(called).size).toBe(6);
  });
});

describe('the token that the gateway lets through to the authorizer', () => {
  const token = inventToken({
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

test.each([
  [{}, { SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09', EndpointAccessMode: 'STRICT' }],
  [
    { 'scim:tlsPolicy': 'SecurityPolicy_TLS13_1_3_2025_09', 'scim:endpointAccessMode': 'BASIC' },
    { SecurityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09', EndpointAccessMode: 'BASIC' },
  ],
  // API Gateway takes an access mode with the enhanced policies only.
  [{ 'scim:tlsPolicy': 'TLS_1_2' }, { SecurityPolicy: 'TLS_1_2' }],
])('API and domains have the TLS that is set: %j', (settings, expected) => {
  const set = scimTemplate({
    ...settings,
    'scim:domainName': 'scim.example.com',
    'scim:certificateArn': certificateArn,
  });
  for (const type of ['AWS::ApiGateway::RestApi', 'AWS::ApiGateway::DomainName'] as const) {
    const { SecurityPolicy, EndpointAccessMode } = only(set, type) as Readonly<Record<string, unknown>>;
    const actual = { SecurityPolicy, ...(EndpointAccessMode !== undefined && { EndpointAccessMode }) };
    expect({ type, ...actual }).toEqual({ type, ...expected });
  }
});

test('the log role of the account is replaced only if it was set so', () => {
  const roles = (settings: Record<string, unknown>) =>
    Object.values(scimTemplate(settings).Resources).filter(({ Type }) => Type === 'AWS::ApiGateway::Account');
  expect(roles({})).toHaveLength(0);
  expect(roles({ 'scim:gatewayLogRole': true })).toHaveLength(1);
});

test('with a limit per tenant every method that is served asks for the key that the authorizer names', () => {
  const keyRequired = (each: Template) =>
    resourcesOf(each, 'AWS::ApiGateway::Method')
      .filter(({ properties }) => properties.Integration.Type !== 'MOCK')
      .map(({ properties }) => properties.ApiKeyRequired);
  expect(only(template, 'AWS::ApiGateway::RestApi').ApiKeySourceType).toBe('AUTHORIZER');
  expect(new Set(keyRequired(template))).toEqual(new Set([true]));
  for (const off of ['scim:tenantRequestsPerSecond', 'scim:emulator']) {
    const unlimited = scimTemplate({ [off]: off === 'scim:emulator' ? true : 0 });
    expect(new Set(keyRequired(unlimited))).toEqual(new Set([false]));
  }
});
