// Measures of our own, written to the log in the form in which CloudWatch takes them out again (embedded metric format).

/** Reports `value` of the metric `name`: one series for each set of `dimensions`, without any, one per namespace. */
export const putMetric = (
  namespace: string,
  name: string,
  value: number,
  dimensions: Readonly<Record<string, string>> = {},
): void => {
  const line = {
    _aws: {
      Timestamp: Date.now(),
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
  // Lambda wraps what is written by console into a JSON object of its own, in which CloudWatch would not look.
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
