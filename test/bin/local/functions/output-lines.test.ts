// The local run shows what functions log, and not their measures, which only CloudWatch reads.

import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { shownOutput } from '../../../../bin/local/functions/output-lines.ts';
import { logError, logInfo } from '../../../../lambdas/platform/log.ts';
import { putMetric } from '../../../../lambdas/platform/metrics.ts';

let written = '';
beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  const log = (line: unknown) => {
    written += `${inspect(line)}\n`;
  };
  jest.spyOn(console, 'info').mockImplementation(log);
  jest.spyOn(console, 'error').mockImplementation(log);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const request = {
  ...{ requestId: 'r', tenant: 'acme', incarnation: 'i', keyId: 'k', method: 'GET' },
  ...{ route: '/{tenant}/v2/Users', status: 400, code: 'filterSyntax', milliseconds: 21 },
};

test('measures are left out, whatever they are written with', () => {
  putMetric('Scim/Test', 'RetriesHeartbeat', 1);
  expect(shownOutput(written, true)).toBe('');
  logInfo('something', {});
  putMetric('Scim/Test', 'WebhookBacklog', 5);
  expect(shownOutput(written, true)).toBe('{"level":"INFO","message":"something"}\n');
});

test('a request is one readable line, with --verbose only (S4.4)', () => {
  logInfo('request', request);
  expect(shownOutput(written, true)).toBe('request  acme  GET /{tenant}/v2/Users  400 filterSyntax  21 ms\n');
  expect(shownOutput(written, false)).toBe('');
});

test('errors, and what is no log line, are shown as they are (S4.4)', () => {
  logError('It failed.', new Error('secret'), {});
  written += 'plain \u001b[2K\n';
  expect(shownOutput(written, false)).toMatch(
    /^\{"level":"ERROR","message":"It failed\.".*\}\nplain \ufffd\[2K\n$/,
  );
});
