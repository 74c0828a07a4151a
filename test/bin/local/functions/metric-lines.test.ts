// The local run shows what functions log, and not their measures, which only CloudWatch reads.

import { inspect } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { withoutMetrics } from '../../../../bin/local/functions/metric-lines.ts';
import { logInfo } from '../../../../lambdas/platform/log.ts';
import { putMetric } from '../../../../lambdas/platform/metrics.ts';

test('measures are left out, whatever they are written with', () => {
  let written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  jest.spyOn(console, 'info').mockImplementation((line) => {
    written += `${inspect(line)}\n`;
  });
  putMetric('Scim/Test', 'RetriesHeartbeat', 1);
  expect(withoutMetrics(written)).toBe('');
  logInfo('request', {});
  putMetric('Scim/Test', 'WebhookBacklog', 5);
  jest.restoreAllMocks();
  expect(withoutMetrics(written)).toBe('{"level":"INFO","message":"request"}\n');
});
