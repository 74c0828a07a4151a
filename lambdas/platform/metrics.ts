// Custom metrics, written to the log in CloudWatch's embedded metric format.

import { now } from './clock.ts';

/** Puts `value` of the metric `name`; each set of `dimensions` is a metric of its own. */
export const putMetric = (
  namespace: string,
  name: string,
  value: number,
  dimensions: Readonly<Record<string, string>> = {},
): void => {
  const line = {
    _aws: {
      Timestamp: now(),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: [{ Name: name, Unit: 'Count' }],
        },
      ],
    },
    ...dimensions,
    [name]: value,
  };
  // Not by console: Lambda would wrap it in a JSON object of its own, where CloudWatch does not look.
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
