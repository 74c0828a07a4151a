// Measures of our own, written to the log in the form in which CloudWatch takes them out again (embedded metric format).

/** Reports `value` of the metric `name`; without dimensions, one series per namespace. */
export const putMetric = (namespace: string, name: string, value: number): void => {
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        { Namespace: namespace, Dimensions: [[]], Metrics: [{ Name: name, Unit: 'Count' }] },
      ],
    },
    [name]: value,
  };
  // Lambda wraps what is written by console into a JSON object of its own, in which CloudWatch would not look.
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
