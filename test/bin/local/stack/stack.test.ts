// What the local run takes from a template: from a small one, and from the one we deploy.

import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { functionsOnTheWay } from '../../../../bin/local/stack/gateway.ts';
import { type LocalStack, readStack } from '../../../../bin/local/stack/stack.ts';
import { synthesize } from '../../../../bin/local/stack/synthesize.ts';
import { rootPath } from '../../../../bin/shared/root-path.ts';
import { tableDefinition } from '../../../setup/table-definition.ts';
import { fixtureTemplate } from '../fixture/template.ts';

describe('a template', () => {
  const stack = readStack(fixtureTemplate);

  test('gives each function with a source its resolved environment', () => {
    expect(stack.functions).toEqual([
      {
        name: 'Echo',
        entry: 'test/bin/local/fixture/echo.ts',
        environment: { TABLE: 'scim-directory', NAME: 'eu-central-1/scim-directory' },
        timeoutSeconds: 1,
      },
      {
        name: 'Authorizer',
        entry: 'test/bin/local/fixture/authorizer.ts',
        environment: {
          SECRET_PREFIX: 'fixture',
          SECRET_ID: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:Secret',
        },
        timeoutSeconds: 5,
      },
    ]);
  });

  test('gives each method its path, its function and its authorizer', () => {
    const routes = stack.routes.map(({ method, path, integration, authorizer }) => {
      const by = 'mock' in integration ? 'mock' : integration.functionName;
      return [method, path, by, authorizer?.functionName ?? 'open'].join(' ');
    });

    expect(routes).toEqual([
      'ANY /{tenant}/{proxy+} Echo Authorizer',
      'ANY /{tenant}/Users Echo Authorizer',
      'ANY /{tenant}/Users/{id} Echo Authorizer',
      'GET /{tenant}/Users/me Echo Authorizer',
      'ANY /{tenant} mock open',
      'ANY /open/{proxy+} Echo open',
    ]);
  });

  test('gives its own secrets their names and the rules for their values', () => {
    expect(stack.secrets).toMatchObject([
      { Name: 'Secret', GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true } },
      { Name: 'named', SecretString: 'given' },
    ]);
  });

  test('with a rule for a secret that the local run does not know is refused', () => {
    const Properties = { GenerateSecretString: { GenerateStringKey: 'password' } };
    const Resources = {
      ...fixtureTemplate.Resources,
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties },
    };
    expect(() => readStack({ ...fixtureTemplate, Resources })).toThrow('GenerateStringKey');
  });

  test.each([
    ['lets other media types through', { PassthroughBehavior: 'WHEN_NO_MATCH' }],
    ['computes its answer', { RequestTemplates: { 'application/json': '#if(1){"statusCode":404}#end' } }],
  ])('is refused when it has a mock that is not played, because it %s', (_, changes) => {
    const { AnyTenant } = fixtureTemplate.Resources;
    const integration = { ...(AnyTenant?.Properties?.Integration as object), ...changes };
    const method = {
      Type: 'AWS::ApiGateway::Method',
      Properties: { ...AnyTenant?.Properties, Integration: integration },
    };
    const template = { ...fixtureTemplate, Resources: { ...fixtureTemplate.Resources, AnyTenant: method } };

    expect(() => readStack(template)).toThrow(/Invalid/);
  });

  test('gives the table what CreateTable takes', () => {
    expect(stack.table).toEqual({
      AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: undefined,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      timeToLiveAttribute: 'ExpiresAt',
    });
    expect(stack.secretPrefix).toBe('fixture');
  });
});

describe('what leads to an invocation without a request', () => {
  const { eventSources, queues, rules, schedules } = readStack(fixtureTemplate);

  test('is the stream of the table, with its mapping', () => {
    expect(eventSources).toEqual([
      {
        functionName: 'Echo',
        batchSize: 50,
        maximumRetryAttempts: 3,
        bisects: false,
        filters: [{ eventName: ['INSERT'] }],
      },
    ]);
  });

  test('is a queue with its mapping, under the ARN that the rule of the bus has as its target', () => {
    expect(queues).toEqual([
      {
        arn: 'arn:aws:sqs:eu-central-1:000000000000:queue:Queue',
        functionName: 'Echo',
        batchSize: 7,
        maximumConcurrency: 3,
        reportsItemFailures: true,
        maxReceiveCount: 4,
      },
    ]);
    expect(rules).toEqual([
      { busName: 'Bus', pattern: { source: ['scim'] }, targets: queues.map(({ arn }) => arn) },
    ]);
  });

  test('is a schedule with its rate', () => {
    expect(schedules).toEqual([
      { ruleName: 'EachMinute', functionName: 'Echo', everyMs: 60_000 },
      { ruleName: 'Daily', functionName: 'Echo', everyMs: 2 * 86_400_000 },
    ]);
  });

  test.each([
    ['a schedule that is no rate', { ScheduleExpression: 'cron(0 12 * * ? *)' }],
    ['a pattern with an unknown rule', { EventPattern: { detail: { tenant: [{ prefix: 'ac' }] } } }],
  ])('is refused when it is not played: %s', (_, properties) => {
    const rule = { Type: 'AWS::Events::Rule', Properties: { Targets: [], ...properties } };
    const template = { ...fixtureTemplate, Resources: { ...fixtureTemplate.Resources, Unknown: rule } };

    expect(() => readStack(template)).toThrow(/Invalid/);
  });
});

describe('the stack that is deployed', () => {
  let stack: LocalStack;
  beforeAll(() => {
    stack = readStack(synthesize());
  });

  test('has the table that the tests of the store run against', () => {
    const byName = (table: typeof tableDefinition) => ({
      ...table,
      AttributeDefinitions: new Set(table.AttributeDefinitions?.map(({ AttributeName }) => AttributeName)),
    });

    expect(byName(stack.table)).toEqual(byName(tableDefinition));
  });

  test('asks one authorizer before every function, and has a source for each on the way', () => {
    const entries = new Map(stack.functions.map(({ name, entry }) => [name, entry]));
    const served = stack.routes.filter(({ integration }) => !('mock' in integration));
    const authorizers = new Set(served.map(({ authorizer }) => authorizer?.functionName));
    const onTheWay = functionsOnTheWay(stack).map((name) => entries.get(name));

    expect([...authorizers].map((name) => entries.get(name ?? ''))).toEqual([
      'lambdas/handlers/authorizer.ts',
    ]);
    expect(onTheWay).toContain('lambdas/handlers/users.ts');
    for (const entry of onTheWay) expect(existsSync(rootPath(entry ?? 'no source'))).toBe(true);
  });

  test('has every event of the bus delivered through a queue, and no function on the way for that', () => {
    const [queue] = stack.queues;
    expect(stack.rules).toEqual([
      { busName: stack.eventBusName, pattern: { source: ['scim'] }, targets: [queue?.arn] },
    ]);
    const entries = new Map(stack.functions.map(({ name, entry }) => [name, entry]));
    const invoked = [...stack.queues, ...stack.schedules].map(({ functionName }) => functionName);
    expect(invoked.map((name) => entries.get(name))).toEqual([
      'lambdas/handlers/webhook-delivery.ts',
      'lambdas/handlers/token-retirement.ts',
      'lambdas/handlers/webhook-retries.ts',
      'lambdas/handlers/tenant-watch.ts',
      'lambdas/handlers/grave-sweep.ts',
    ]);
    expect(functionsOnTheWay(stack).filter((name) => invoked.includes(name))).toEqual([]);
  });
});
