// Changes that were set aside are followed after all: the records come from a real stream, lie in a bucket, and go to the real
// function through as much of Lambda's API as a local run has.

import '../../../support/own-table.ts';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { type Lambda, startLambda } from '../../../../bin/local/functions/invoke-api.ts';
import { putObject, removeObject, walkKeys } from '../../../../lambdas/changes/set-aside/bucket.ts';
import { setAside } from '../../../../lambdas/changes/set-aside/set-aside.ts';
import { readTableChange } from '../../../../lambdas/changes/table-change.ts';
import { bus } from '../../../../lambdas/events/bus.ts';
import { type ChangesEvent, handler } from '../../../../lambdas/handlers/changes.ts';
import { readCounter } from '../../../../lambdas/resources/counters-table.ts';
import { documents } from '../../../../lambdas/table/client.ts';
import { countedKey } from '../../../../lambdas/table/keys.ts';
import { freshTenantId } from '../../../setup/fresh-tenant.ts';
import { ChangeStream } from '../../../support/change-stream.ts';
import { ownTableName } from '../../../support/own-table.ts';
import { ScimClient } from '../../../support/scim-client.ts';
import { type CloudFormation, startCloudFormation } from '../cloudformation.ts';
import { scim, TARGET_LINE } from '../terminal.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const stream = new ChangeStream();
const client = new ScimClient(freshTenantId());
let lambda: Lambda;
let cloudFormation: CloudFormation;
let invoked: ChangesEvent[];

beforeAll(async () => {
  await stream.open();
  lambda = await startLambda(async (name, event) => {
    if (name !== 'changes') throw new Error(`There is no function ${name}.`);
    invoked.push(event as ChangesEvent);
    return handler(event as ChangesEvent);
  });
  process.env.AWS_ENDPOINT_URL_LAMBDA = lambda.endpoint;
  cloudFormation = await startCloudFormation({
    Scim: {
      BaseUrl: 'https://scim.example.com/',
      TableName: ownTableName,
      SecretPrefix: 'scim',
      FailedChangesBucket: ownTableName,
      ChangesFunctionName: 'changes',
    },
    Old: { BaseUrl: 'https://scim.example.com/', TableName: ownTableName, SecretPrefix: 'scim' },
  });
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.endpoint;
  await client.createTenant();
  await stream.settle();
});
afterAll(() => Promise.all([cloudFormation.stop(), lambda.stop(), stream.close()]));

beforeEach(() => {
  invoked = [];
});
afterEach(() => {
  jest.restoreAllMocks();
});

const redrive = async () => {
  const { stdout, stderr } = await scim('--stack Scim redrive --json');
  expect(stderr).toEqual(TARGET_LINE);
  return JSON.parse(stdout);
};

const keys = async () => (await Array.fromAsync(walkKeys(''))).flat();

/** The record of a user that was just created. */
const created = async (userName: string): Promise<DynamoDBRecord[]> => {
  await client.post('/Users', { userName });
  const records = await stream.take();
  return records.filter(({ dynamodb }) => dynamodb?.Keys?.PK?.S === `T#${client.incarnation}#USER`);
};

/** What Lambda writes of a batch that it gives up. */
const giveUp = (Records: readonly DynamoDBRecord[], asText = true) =>
  putObject(
    'aws/lambda/3f1c/shardId-00000001573689847184-864758bb/2026/11/28/2026-11-28T21.14.53-7d42',
    JSON.stringify({
      requestContext: {
        requestId: '316aa6d0-8154-xmpl-9af7-85d5f4a6bc81',
        functionArn: 'arn:aws:lambda:us-east-2:123456789012:function:changes:$LATEST',
        condition: 'RecordAgeExceeded',
        approximateInvokeCount: 1200,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-11-28T21:14:53.021Z',
      DDBStreamBatchInfo: { shardId: 'shardId-00000001573689847184-864758bb', batchSize: Records.length },
      payload: asText ? JSON.stringify({ Records }) : { Records },
    }),
  );

describe('a change that was set aside', () => {
  test('is told by its own ids and counted, days later, once, and is kept no longer', async () => {
    const records = await created('alice');
    const counted = (await readCounter(client.incarnation, 'User')) ?? 0;
    // It had been done, all but something else.
    await handler({ Records: records });
    const [first] = stream.events.slice(-1);
    for (const record of records) await setAside(record, 'failing', Date.now());
    const later = Date.now() + 13 * DAY_MS;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    const before = stream.events.length;
    expect(await redrive()).toEqual({ done: 1, failed: 0 });
    expect(stream.events.slice(before)).toEqual([first]);
    expect(first).toMatchObject({ type: 'user.created', resource: { userName: 'alice' } });
    expect(await readCounter(client.incarnation, 'User')).toBe(counted + 1);
    expect(await keys()).toEqual([]);
    expect(await redrive()).toEqual({ done: 0, failed: 0 });
  });

  test('comes in the order of the stream', async () => {
    const records = [await created('one'), await created('two'), await created('three')].flat();
    for (const record of records.toReversed()) await setAside(record, 'failing', Date.now());
    expect(await redrive()).toEqual({ done: 3, failed: 0 });
    expect(invoked).toEqual(records.map((record) => ({ Records: [record], redrive: true })));
  });

  test('stays when it fails again, and is not lost', async () => {
    for (const record of await created('bob')) await setAside(record, 'failing', Date.now());
    const away = jest.spyOn(bus, 'send').mockRejectedValue(new TypeError('Ours.') as never);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + DAY_MS);
    expect(await redrive()).toEqual({ done: 0, failed: 1 });
    const { stdout } = await scim('--stack Scim redrive');
    expect(stdout).toMatch(/^1 change failed again and stays set aside: the log /);
    expect(await keys()).toHaveLength(1);
    away.mockRestore();
    expect(await redrive()).toEqual({ done: 1, failed: 0 });
    expect(await keys()).toEqual([]);
  });
});

test('that a change is counted is known for as long as it may be kept: 20 hours in the stream, 14 days and what is left of the last', async () => {
  const [record] = await created('frank');
  await handler({ Records: [record] as DynamoDBRecord[] });
  const changeId = readTableChange(record as DynamoDBRecord)?.changeId ?? '';
  const Key = countedKey(client.incarnation, changeId);
  const { Item } = await documents.send(new GetCommand({ TableName: ownTableName, Key }));
  expect(Item?.ExpiresAt * 1000).toBeGreaterThan(Date.now() + 15 * DAY_MS + 20 * 60 * 60 * 1000);
});

describe('what Lambda gave up when it was too old', () => {
  test.each([
    ['text, as the documentation has it', true],
    ['an object', false],
  ])('is followed too, with the event as %s', async (_, asText) => {
    const records = [await created(`carol-${asText}`), await created(`dave-${asText}`)].flat();
    await giveUp(records, asText);
    const before = stream.events.length;
    expect(await redrive()).toEqual({ done: 2, failed: 0 });
    expect(stream.events.slice(before).map(({ type }) => type)).toEqual(['user.created', 'user.created']);
    expect(invoked).toEqual([{ Records: records, redrive: true }]);
    expect(await keys()).toEqual([]);
  });

  test('stays whole while one of its records fails', async () => {
    const records = await created('erin');
    const poison = { ...records[0], dynamodb: { ...records[0]?.dynamodb, NewImage: { PK: { S: 'x' } } } };
    await giveUp([...records, poison as DynamoDBRecord]);
    expect(await redrive()).toEqual({ done: 1, failed: 1 });
    expect(await keys()).toHaveLength(1);
    await giveUp(records);
    expect(await redrive()).toEqual({ done: 1, failed: 0 });
  });
});

test('what cannot be read is left alone, and named', async () => {
  await putObject('unknown/readme.txt', 'nothing');
  expect(await redrive()).toEqual({ done: 0, failed: 0, unreadable: ['unknown/readme.txt'] });
  expect((await scim('--stack Scim redrive')).stdout).toBe(
    'Object unknown/readme.txt in the bucket cannot be read and stays there.\n',
  );
  expect(await keys()).toEqual(['unknown/readme.txt']);
  await removeObject('unknown/readme.txt');
});

test('when nothing is set aside, it says so', async () => {
  expect((await scim('--stack Scim redrive')).stdout).toBe('No changes are set aside.\n');
});

test('a stack without such a bucket is told apart', async () => {
  const { exitCode, stderr } = await scim('--stack Old redrive');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('has no output FailedChangesBucket')]);
});
