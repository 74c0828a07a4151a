// Dead letters are followed after all: the records come from a real stream and go to the real function; the queue and the
// invocation are as much of SQS and Lambda as the real clients need.

import '../../support/own-table.ts';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Listening, listenOnLoopback } from '../../../bin/local/listen.ts';
import { readCounter } from '../../../lambdas/resources/counters-table.ts';
import { freshTenantId } from '../../setup/fresh-tenant.ts';
import { ChangeStream, deliver } from '../../support/change-stream.ts';
import { ownTableName } from '../../support/own-table.ts';
import { ScimClient } from '../../support/scim-client.ts';
import { type CloudFormation, startCloudFormation } from './cloudformation.ts';
import { scim } from './terminal.ts';

const stream = new ChangeStream();
const client = new ScimClient(freshTenantId());
let aws: Listening;
let cloudFormation: CloudFormation;
let visible: string[];
let hidden: Map<string, string>;
let functionFails: boolean;

const sqs: Readonly<Record<string, (input: { ReceiptHandle: string }) => object>> = {
  'AmazonSQS.ReceiveMessage': () => {
    const Messages = visible.splice(0, 10).map((Body) => {
      const ReceiptHandle = String(hidden.size + 1);
      hidden.set(ReceiptHandle, Body);
      const MD5OfBody = createHash('md5').update(Body).digest('hex'); // the client checks it
      return { MessageId: ReceiptHandle, ReceiptHandle, Body, MD5OfBody };
    });
    return { Messages };
  },
  'AmazonSQS.DeleteMessage': ({ ReceiptHandle }) => {
    hidden.delete(ReceiptHandle);
    return {};
  },
  'AmazonSQS.ChangeMessageVisibility': ({ ReceiptHandle }) => {
    visible.push(hidden.get(ReceiptHandle) ?? '');
    hidden.delete(ReceiptHandle);
    return {};
  },
};

beforeAll(async () => {
  await stream.open();
  const server = createServer(async (request, response) => {
    const input = JSON.parse((await text(request)) || '{}');
    const operation = sqs[String(request.headers['x-amz-target'])];
    const [first] = input.Records ?? [];
    const failure = { batchItemFailures: [{ itemIdentifier: first?.dynamodb.SequenceNumber }] };
    const answer = operation ? operation(input) : functionFails ? failure : await deliver(input.Records);
    response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer));
  });
  aws = await listenOnLoopback(server, 0);
  const endpoint = `http://127.0.0.1:${aws.port}`;
  process.env.AWS_ENDPOINT_URL_SQS = endpoint;
  process.env.AWS_ENDPOINT_URL_LAMBDA = endpoint;
  process.env.AWS_ENDPOINT_URL_DYNAMODB_STREAMS = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  cloudFormation = await startCloudFormation({
    Scim: {
      BaseUrl: 'https://scim.example.com/',
      TableName: ownTableName,
      SecretPrefix: 'scim',
      DeadLetterQueueUrl: `${endpoint}/dead-letters`,
    },
  });
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.endpoint;
  await client.createTenant();
  await stream.settle();
});
afterAll(() => Promise.all([cloudFormation.stop(), aws.stop(), stream.close()]));

beforeEach(() => {
  visible = [];
  hidden = new Map();
  functionFails = false;
});

/** The message that Lambda sends when it gives up everything that was just written. */
const giveUp = async (): Promise<void> => {
  const records = await stream.take();
  const numbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber);
  visible.push(
    JSON.stringify({
      requestContext: { functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:changes:$LATEST' },
      DDBStreamBatchInfo: {
        shardId: await stream.shardId(),
        startSequenceNumber: numbers[0],
        endSequenceNumber: numbers.at(-1),
        streamArn: records[0]?.eventSourceARN,
      },
    }),
  );
};

const redrive = async () => {
  const { stdout, stderr } = await scim('--stack Scim redrive --json');
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};

test('a change that was given up is told and counted, once, and its message is gone', async () => {
  await client.post('/Users', { userName: 'alice' });
  await giveUp();
  const before = stream.events.length;
  expect(await redrive()).toEqual({ done: 1, failed: 0, tooLate: 0 });
  expect(stream.events.slice(before).map(({ type }) => type)).toEqual(['user.created']);
  expect(await readCounter(client.incarnation, 'User')).toBe(1);
  expect([visible, [...hidden]]).toEqual([[], []]);
  expect(await redrive()).toEqual({ done: 0, failed: 0, tooLate: 0 });
});

test('what fails again stays in the queue', async () => {
  await client.post('/Users', { userName: 'bob' });
  await giveUp();
  functionFails = true;
  expect(await redrive()).toEqual({ done: 0, failed: 1, tooLate: 0 });
  expect(visible).toHaveLength(1);
});

test('what the stream does not have any more stays in the queue, and the operator hears what to do', async () => {
  await client.post('/Users', { userName: 'carol' });
  await giveUp();
  visible = visible.map((body) =>
    body.replace(/"shardId":"[^"]+"/, '"shardId":"shardId-00000001500000000000-expired0"'),
  );
  const { stdout } = await scim('--stack Scim redrive');
  expect(stdout).toMatch(/^1 are too late, .*resync <tenant>/);
  expect(visible).toHaveLength(1);
});

test('without dead letters there is nothing to do', async () => {
  expect((await scim('--stack Scim redrive')).stdout).toBe('There are no dead letters.\n');
});
