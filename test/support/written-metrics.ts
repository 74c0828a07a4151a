// Captures the metrics that a function writes, as CloudWatch extracts them from the log.

import { jest } from '@jest/globals';

/** Runs `act`; answers with its metrics by name. Other lines of its standard output are dropped. */
export const metricsOf = async (act: () => Promise<unknown>): Promise<Record<string, number>> => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await act();
    const lines = write.mock.calls
      .map(([line]) => String(line))
      .filter((line) => line.startsWith('{"_aws":'));
    return Object.assign({}, ...lines.map((line) => ({ ...JSON.parse(line), _aws: undefined })));
  } finally {
    write.mockRestore();
  }
};
