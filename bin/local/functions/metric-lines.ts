// On AWS CloudWatch takes measures out of the log; here nobody does, and some come every minute.

/** What a function wrote without the lines in embedded metric format. */
export const withoutMetrics = (written: string): string =>
  written
    .split('\n')
    .filter((line) => !line.startsWith('{"_aws":'))
    .join('\n');
