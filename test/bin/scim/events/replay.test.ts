// A replay is asked of EventBridge as its API has it; what a rule then gets is EventBridge's own.

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Listening, listenOnLoopback } from '../../../../bin/local/process/listen.ts';
import { type CloudFormation, startCloudFormation } from '../cloudformation.ts';
import { scim } from '../terminal.ts';

const ACCOUNT = 'arn:aws:events:eu-west-1:123456789012';

let cloudFormation: CloudFormation;
let eventBridge: Listening;
const asked: { readonly operation: unknown; readonly input: Record<string, unknown> }[] = [];

beforeAll(async () => {
  const outputs = { BaseUrl: 'https://scim.example.com', TableName: 'scim-test', SecretPrefix: 'scim' };
  cloudFormation = await startCloudFormation({
    Scim: { ...outputs, EventBusName: 'bus', EventArchiveArn: `${ACCOUNT}:archive/kept` },
    Forgetful: { ...outputs, EventBusName: 'bus' },
  });
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.endpoint;
  const server = createServer(async (request, response) => {
    asked.push({
      operation: request.headers['x-amz-target'],
      input: JSON.parse(await text(request)),
    });
    response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ State: 'STARTING' }));
  });
  eventBridge = await listenOnLoopback(server, 0);
  process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = `http://127.0.0.1:${eventBridge.port}`;
});
afterAll(() => Promise.all([cloudFormation.stop(), eventBridge.stop()]));
beforeEach(() => {
  asked.length = 0;
});

const seconds = (time: string) => Date.parse(time) / 1000;

test('what is in the archive from one time to another goes to every rule of the bus', async () => {
  const span = '--since 2026-11-21T08:00:00Z --until 2026-11-21T09:00:00Z';
  expect((await scim(`--stack Scim replay ${span}`)).exitCode).toBe(0);
  expect(asked).toEqual([
    {
      operation: 'AWSEvents.StartReplay',
      input: {
        ReplayName: expect.stringMatching(/^scim-[\dT]+$/),
        EventSourceArn: `${ACCOUNT}:archive/kept`,
        EventStartTime: seconds('2026-11-21T08:00:00Z'),
        EventEndTime: seconds('2026-11-21T09:00:00Z'),
        Destination: { Arn: `${ACCOUNT}:event-bus/bus` },
      },
    },
  ]);
});

test('or to one of them alone, until now', async () => {
  const { stdout } = await scim('--stack Scim replay --since 2h --rule SignOut');
  expect(stdout).toContain('to the rule SignOut');
  const input = asked[0]?.input ?? {};
  expect(input.Destination).toMatchObject({ FilterArns: [`${ACCOUNT}:rule/bus/SignOut`] });
  expect(Number(input.EventEndTime) - Number(input.EventStartTime)).toBeCloseTo(7200, 0);
});

test.each([
  ['replay', 2, '--since 2h'],
  ['replay --since 1h --until 2h', 2, 'before --until'],
  ['replay --since yesterday', 2, 'A time looks like'],
])('%s is no sensible command line', async (line, exitCode, sentence) => {
  const outcome = await scim(`--stack Scim ${line}`);
  expect(outcome).toMatchObject({ exitCode, stderr: expect.stringContaining(sentence) });
  expect(asked).toEqual([]);
});

test('without an archive the operator hears what else there is', async () => {
  const { exitCode, stderr } = await scim('--stack Forgetful replay --since 1h');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('resync');
});
