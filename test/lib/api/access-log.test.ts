// A line of the access log tells what it has to, whatever path a client sends: AWS does not say that it escapes one.

import { expect, test } from '@jest/globals';
import { readAccessLine } from '../../../bin/scim/log/access-line.ts';
import { scimTemplate } from '../../../lib/scim-app.ts';
import { only, resourcesOf } from '../template.ts';

const template = scimTemplate();
const format = only(template, 'AWS::ApiGateway::Stage').AccessLogSetting.Format;

const values: Readonly<Record<string, string>> = {
  requestId: '5d8f0c5e-2f0e-4c7c-9f0e-6d1a3b5c7e90',
  status: '401',
  'error.responseType': 'UNAUTHORIZED',
  httpMethod: 'GET',
};

/** What the gateway would write for a request, if it puts in everything as it came. */
const lineOf = (path: string, status = '401') =>
  format.replace(/\$context\.([\w.]+)/g, (_, name: string) =>
    name === 'path' ? path : name === 'status' ? status : (values[name] ?? '-'),
  );

const hostile = [
  '/scim/acme/v2/Users/"x"',
  '/scim/acme/v2/Users/x\\',
  '/scim/acme/v2/Users/\n{}',
  '/scim/acme/v2/Users","status":"200","refusal":"-","path":"/scim/globex/v2/Users',
  '/scim/acme/v2/Users/"}',
  '/scim/acme/v2/Users/\u0001',
];

test.each(['/scim/acme/v2/Users', ...hostile])(
  'a line with the path %j can be read, and says the same',
  (path) => {
    expect(readAccessLine(lineOf(path))).toMatchObject({
      requestId: values.requestId,
      method: 'GET',
      status: '401',
      refusal: 'UNAUTHORIZED',
      path,
    });
  },
);

test('a line that was escaped is read as it was meant', () => {
  const path = '/scim/acme/v2/Users/"x"\\';
  expect(readAccessLine(lineOf(JSON.stringify(path).slice(1, -1)))).toMatchObject({ path, status: '401' });
});

test('what is no line is none', () => {
  for (const text of ['', 'x', 'null x', '{"a":1,"path":', '{"a,"path":"x"}']) {
    expect(readAccessLine(text)).toBeUndefined();
  }
});

test('the path is the only field that holds what a client likes', () => {
  // A client may choose the request id, but only as a UUID (API Gateway, access logging).
  expect(Object.entries(JSON.parse(format))).toEqual([
    ['time', '$context.requestTime'],
    ['requestId', '$context.requestId'],
    ['tenant', '$context.authorizer.tenant'],
    ['keyId', '$context.authorizer.keyId'],
    ['method', '$context.httpMethod'],
    ['status', '$context.status'],
    ['refusal', '$context.error.responseType'],
    ['milliseconds', '$context.responseLatency'],
    ['authorizerRequestId', '$context.authorizer.requestId'],
    ['authorizerMilliseconds', '$context.authorizer.latency'],
    ['bytes', '$context.responseLength'],
    ['sourceIp', '$context.identity.sourceIp'],
    ['tls', '$context.tlsVersion'],
    ['path', '$context.path'],
  ]);
});

test('a refused token is counted whatever its path is, and an accepted one is not', () => {
  const [FilterPattern] = resourcesOf(template, 'AWS::Logs::MetricFilter')
    .map(({ properties }) => properties.FilterPattern)
    .filter((pattern) => String(pattern).includes('401'));
  // CloudWatch takes letters, digits and operators between per cent signs for a regular expression of the whole line.
  const [, expression = ''] = /^%([\w.]+)%$/.exec(String(FilterPattern)) ?? [];
  expect(expression).not.toBe('');
  for (const path of ['/scim/acme/v2/Users', ...hostile]) {
    expect(lineOf(path)).toMatch(new RegExp(expression));
    expect(lineOf(path, '200')).not.toMatch(new RegExp(expression));
  }
});
