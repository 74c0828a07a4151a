// A log line is one JSON object, in CloudWatch as in a local run: Lambda's runtime puts what is logged under
// `message` in an object of its own.

import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { logError, logInfo } from '../../lambdas/platform/log.ts';

const written: unknown[][] = [];
const keep = (...values: unknown[]) => void written.push(values);

beforeEach(() => {
  written.length = 0;
  jest.spyOn(console, 'info').mockImplementation(keep);
  jest.spyOn(console, 'error').mockImplementation(keep);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** How Lambda's JSON format logs one value (aws-lambda-nodejs-runtime-interface-client, LogPatch). */
const inCloudWatch = ([message]: readonly unknown[]) =>
  JSON.parse(
    JSON.stringify({ timestamp: '2026-11-28T21:00:00.000Z', level: 'INFO', requestId: '1', message }),
  );

test('in CloudWatch its fields can be asked for', () => {
  logInfo('request', { tenant: 'acme', status: 201, code: undefined });
  expect(written.map(inCloudWatch)).toEqual([
    expect.objectContaining({
      message: { level: 'INFO', message: 'request', tenant: 'acme', status: 201 },
    }),
  ]);
});

test('on the local run it is one line of JSON', () => {
  logInfo('request', { tenant: 'acme', frames: 'one\ntwo' });
  expect(written.map(([line]) => inspect(line))).toEqual([
    '{"level":"INFO","message":"request","tenant":"acme","frames":"one\\ntwo"}',
  ]);
});

test('an error is named, and its message left out', () => {
  logError('It failed.', new TypeError('alice@veldt.example'), { tenant: 'acme' });
  const [line] = written.map(inCloudWatch);
  expect(line.message).toEqual({
    level: 'ERROR',
    message: 'It failed.',
    error: 'TypeError',
    frames: expect.stringMatching(/^ {4}at /),
    tenant: 'acme',
  });
  expect(JSON.stringify(written.map(inCloudWatch))).not.toContain('alice');
});

test('a line of the message that looks like a frame is left out too', () => {
  const parse = () => JSON.parse('{"a":\n    at alice@veldt.example');
  const changed = new Error('before\n    at alice@veldt.example');
  changed.message = 'after';
  expect(parse).toThrow(SyntaxError);
  try {
    parse();
  } catch (error) {
    logError('It failed.', error, {});
  }
  logError(
    'It failed.',
    new Error('no number: "x\n    at alice@veldt.example (a:1:1)"\n    at alice:1:1'),
    {},
  );
  logError('It failed.', changed, {});
  const lines = written.map(inCloudWatch);
  expect(lines.map(({ message }) => message.frames)).toEqual(
    lines.map(() => expect.stringMatching(/^ {4}at /)),
  );
  expect(JSON.stringify(lines)).not.toContain('alice');
});
