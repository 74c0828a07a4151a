// Each function may do what its code does, on what it does it to, and no more.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { bundledCode } from '../../support/bundled-code.ts';
import { actionsOf, functionOf, resourcesIn, resourcesOf, statementsOf } from '../template.ts';

/** The IAM actions that are not called like their command, or their part of a transaction, with `Item` at the end. */
const ACTIONS: Readonly<Record<string, string>> = {
  Query: 'dynamodb:Query',
  GetSecretValue: 'secretsmanager:GetSecretValue',
  DescribeSecret: 'secretsmanager:DescribeSecret',
  PutSecretValue: 'secretsmanager:PutSecretValue',
  UpdateSecretVersionStage: 'secretsmanager:UpdateSecretVersionStage',
  ListSecrets: 'secretsmanager:ListSecrets',
  DeleteSecret: 'secretsmanager:DeleteSecret',
  ListSecretVersionIds: 'secretsmanager:ListSecretVersionIds',
  PutEvents: 'events:PutEvents',
  ListObjectsV2: 's3:ListBucket',
  GetObject: 's3:GetObject',
  PutObject: 's3:PutObject',
  DeleteObject: 's3:DeleteObject',
};

/** What Lambda does in the name of a function that follows a stream. */
const FOLLOWING = [
  ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((name) => `dynamodb:${name}`),
  // It puts what is too old into the bucket, and looks whether there is one.
  's3:ListBucket',
];

/** What a function's code asks for, after everything that it never calls is gone. */
const actionsNeeded = async (entry: string): Promise<string[]> => {
  const code = await bundledCode(entry);
  // esbuild numbers what several files import under one name: `UpdateCommand2`.
  const commands = [...code.matchAll(/new (\w+)Command\d*\(/g)].map(([, name = '']) => name);
  // DynamoDB has no permission for a transaction, but asks for that of each part: `{ Put: … }`, `{ Delete: … }`.
  const parts = commands.includes('TransactWrite')
    ? [...code.matchAll(/\b(Put|Update|Delete|ConditionCheck): /g)].map(([, name = '']) => name)
    : [];
  const names = [...commands.filter((name) => name !== 'TransactWrite'), ...parts];
  return [...new Set(names.map((name) => ACTIONS[name] ?? `dynamodb:${name}Item`))].sort();
};

/** What has no resource, so that it can only be allowed on all. */
const NOWHERE = ['secretsmanager:ListSecrets'];
const NOWHERE_TRACED = [...NOWHERE, 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

const own = /^(dynamodb|events|s3|secretsmanager):/;
let template: Template;

beforeAll(() => {
  template = scimTemplate();
});

describe.each([
  'users',
  'groups',
  'bulk',
  'resources',
  'discovery',
  'authorizer',
  'token-rotation',
  'token-retirement',
  'tenant-watch',
  'changes',
  'webhook-delivery',
  'webhook-retries',
  'grave-sweep',
])('the function %s', (name) => {
  const entry = `lambdas/handlers/${name}.ts`;

  test('may do what its code does and nothing else', async () => {
    const granted = statementsOf(template, entry).flatMap(actionsOf);
    const distinct = [...new Set(granted.filter((action) => own.test(action)))];
    const following = name === 'changes' ? FOLLOWING : [];
    expect(distinct.sort()).toEqual([...(await actionsNeeded(entry)), ...following].sort());
  });

  test('names what it may do that to', () => {
    const statements = statementsOf(template, entry).filter((each) =>
      actionsOf(each).some((action) => own.test(action) && !NOWHERE.includes(action)),
    );
    for (const resource of statements.flatMap(resourcesIn)) {
      const text = JSON.stringify(resource);
      expect(text).toMatch(
        /DirectoryTable|ChangesBus|ChangesFailedBucket|"DeploymentSecret|:secret:scim\/\*\.\?{6}\/token(-\?{6})?"/,
      );
      if (text.includes('DirectoryTable')) expect(text).not.toContain('*');
    }
  });
});

test('the authorizer may be told that a token is not there: Secrets Manager then asks about the bare name', () => {
  const [statement] = statementsOf(template, 'lambdas/handlers/authorizer.ts').filter((each) =>
    actionsOf(each).includes('secretsmanager:GetSecretValue'),
  );
  expect(JSON.stringify(statement?.Resource)).toMatch(/:secret:scim\/\*\.\?{6}\/token"/);
});

test('the secret of the deployment is read by those who make tokens, check them, and sign, and by nobody else', () => {
  const [secret] = resourcesOf(template, 'AWS::SecretsManager::Secret');
  const readers = resourcesOf(template, 'AWS::Lambda::Function').flatMap(({ id }) => {
    const entry = template.Resources[id]?.Metadata?.['scim:entry'];
    const mayRead =
      typeof entry === 'string' &&
      statementsOf(template, entry).some((each) =>
        resourcesIn(each).some(
          (resource) => JSON.stringify(resource) === JSON.stringify({ Ref: secret?.id }),
        ),
      );
    return mayRead ? [entry] : [];
  });
  const names = ['authorizer', 'token-rotation', 'webhook-delivery', 'webhook-retries'];
  expect(readers.sort()).toEqual(names.map((name) => `lambdas/handlers/${name}.ts`));
  for (const { properties } of readers.map((entry) => functionOf(template, entry))) {
    expect(properties.Environment).toMatchObject({
      Variables: { DEPLOYMENT_SECRET_ID: { Ref: secret?.id } },
    });
  }
});

test.each([
  ['as it is', {}, NOWHERE],
  ['traced', { 'scim:tracing': true }, NOWHERE_TRACED],
])('what may be done to anything is what cannot be allowed otherwise, %s', (_, settings, nowhere) => {
  const statements = resourcesOf(scimTemplate(settings), 'AWS::IAM::Policy').flatMap(
    ({ properties }) => properties.PolicyDocument.Statement,
  );
  const toAnything = statements
    .filter((statement) => resourcesIn(statement).includes('*'))
    .flatMap(actionsOf);
  expect([...new Set(toAnything)].sort()).toEqual(nowhere);
});

test('no permission is for a group of actions', () => {
  const statements = resourcesOf(template, 'AWS::IAM::Policy').flatMap(
    ({ properties }) => properties.PolicyDocument.Statement,
  );
  expect(statements.flatMap(actionsOf).filter((action) => action.includes('*'))).toEqual([]);
});
