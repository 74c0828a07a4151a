// On AWS, CloudWatch takes metrics out of the log; here they would only be noise, some of it every minute.

/** A function's output without the lines in embedded metric format. */
export const withoutMetrics = (written: string): string =>
  written
    .split('\n')
    .filter((line) => !line.startsWith('{"_aws":'))
    .join('\n');
