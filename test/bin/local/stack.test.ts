// What the local run takes from a template: from a small one, and from the one we deploy.

import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { rootPath } from '../../../bin/local/root-path.ts';
import { functionsOnTheWay, type LocalStack, readStack } from '../../../bin/local/stack.ts';
import { synthesize } from '../../../bin/local/synthesize.ts';
import { tableDefinition } from '../../setup/table-definition.ts';
import { fixtureTemplate } from './fixture/template.ts';

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
        environment: { SECRET_PREFIX: 'fixture' },
        timeoutSeconds: 5,
      },
    ]);
  });

  test('gives each method its path, its function and its authorizer', () => {
    const routes = stack.routes.map(({ method, path, functionName, authorizer }) =>
      [method, path, functionName, authorizer?.functionName ?? 'open'].join(' '),
    );

    expect(routes).toEqual([
      'ANY /{tenant}/{proxy+} Echo Authorizer',
      'ANY /{tenant}/Users Echo Authorizer',
      'ANY /{tenant}/Users/{id} Echo Authorizer',
      'GET /{tenant}/Users/me Echo Authorizer',
      'ANY /open/{proxy+} Echo open',
    ]);
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

  test('asks one authorizer before every route, and has a source for each function on the way', () => {
    const entries = new Map(stack.functions.map(({ name, entry }) => [name, entry]));
    const authorizers = new Set(stack.routes.map(({ authorizer }) => authorizer?.functionName));
    const onTheWay = functionsOnTheWay(stack).map((name) => entries.get(name));

    expect([...authorizers].map((name) => entries.get(name ?? ''))).toEqual([
      'lambdas/handlers/authorizer.ts',
    ]);
    expect(onTheWay).toContain('lambdas/handlers/users.ts');
    for (const entry of onTheWay) expect(existsSync(rootPath(entry ?? 'no source'))).toBe(true);
  });
});
