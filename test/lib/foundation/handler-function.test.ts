// How the functions are deployed, and what they are given.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { everythingSet } from '../every-setting.ts';
import { functionOf, only, resourcesOf } from '../template.ts';

let plain: Template;
let full: Template;

beforeAll(() => {
  plain = scimTemplate();
  full = scimTemplate(everythingSet);
});

describe.each(['users', 'groups', 'bulk', 'resources', 'discovery', 'authorizer', 'token-rotation'])(
  'the function %s',
  (name) => {
    const { properties } = functionOf(scimTemplate(), `lambdas/handlers/${name}.ts`);

    test('runs on Node 24 and ARM with a log group of its own', () => {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: name === 'bulk' ? 1769 : 512,
        Handler: 'index.handler',
        LoggingConfig: {
          LogFormat: 'JSON',
          LogGroup: { Ref: expect.any(String) },
          SystemLogLevel: 'WARN',
        },
      });
    });

    test('gives up before the gateway does', () => {
      expect(properties.Timeout).toBeLessThan(name === 'authorizer' ? 10 : 29);
    });

    test('is told where to look and nothing secret', () => {
      const table = {
        TABLE_NAME: { Ref: expect.stringMatching('DirectoryTable') },
        LOG_DAYS: '30',
        METRIC_NAMESPACE: 'Scim/Scim',
      };
      const searched = { ...table, TENANT_SEARCH_MB_PER_MINUTE: '600' };
      const secret = {
        SECRET_PREFIX: 'scim',
        DEPLOYMENT_SECRET_ID: { Ref: expect.stringMatching(/^DeploymentSecret/) },
      };
      const expected: Record<string, object> = {
        authorizer: {
          ...secret,
          TENANT_THROTTLE: 'tenant',
          EVENT_BUS_NAME: { Ref: expect.stringMatching('ChangesBus') },
          METRIC_NAMESPACE: 'Scim/Scim',
        },
        'token-rotation': {
          ...secret,
          TOKEN_GRACE_DAYS: '30',
          EVENT_BUS_NAME: { Ref: expect.stringMatching('ChangesBus') },
        },
      };
      const other = name === 'discovery' ? table : searched;
      expect(properties.Environment).toEqual({ Variables: expected[name] ?? other });
    });
  },
);

test('requests are traced only if it was set so', () => {
  const traced = (template: Template) => [
    only(template, 'AWS::ApiGateway::Stage').TracingEnabled,
    functionOf(template, 'lambdas/handlers/users.ts').properties.TracingConfig,
  ];
  expect(traced(plain)).toEqual([false, undefined]);
  expect(traced(full)).toEqual([true, { Mode: 'Active' }]);
});

test('a small account has no concurrency set aside', () => {
  const { properties } = functionOf(
    scimTemplate({ 'scim:smallAccount': true }),
    'lambdas/handlers/authorizer.ts',
  );
  expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
});

test('only the authorizer has concurrency set aside, and only if it was not set to none (S2.7)', () => {
  const reserved = (template: Template) =>
    resourcesOf(template, 'AWS::Lambda::Function').map(
      ({ properties }) => properties.ReservedConcurrentExecutions,
    );
  expect(reserved(plain).filter(Boolean)).toEqual([20]);
  expect(reserved(full).filter(Boolean)).toEqual([]);
});

test('every log group is kept for the time that was set', () => {
  const kept = (template: Template) =>
    new Set(resourcesOf(template, 'AWS::Logs::LogGroup').map(({ properties }) => properties.RetentionInDays));
  expect(kept(plain)).toEqual(new Set([90]));
  expect(kept(full)).toEqual(new Set([365]));
});
