// A metric is a log line in CloudWatch's embedded metric format.

import { afterEach, expect, jest, test } from '@jest/globals';
import { putMetric } from '../../lambdas/platform/metrics.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const lineOf = (put: () => void) => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  put();
  expect(write).toHaveBeenCalledTimes(1);
  return JSON.parse(String(write.mock.calls[0]?.[0]));
};

test('without dimensions it is one series', () => {
  expect(lineOf(() => putMetric('Scim/Scim', 'Measured', 2))).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        { Namespace: 'Scim/Scim', Dimensions: [[]], Metrics: [{ Name: 'Measured', Unit: 'Count' }] },
      ],
    },
    Measured: 2,
  });
});

test('with dimensions each is named where CloudWatch looks for it, and its value stands beside the measure', () => {
  const line = lineOf(() => putMetric('Scim/Scim', 'Measured', 1, { Key: 'own' }));
  expect(line._aws.CloudWatchMetrics[0].Dimensions).toEqual([['Key']]);
  expect(line).toMatchObject({ Key: 'own', Measured: 1 });
});
