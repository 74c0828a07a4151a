// An emulator for one test file: what a size costs is not to be waited for by the other tests.

import { startDynamoDB } from '../../bin/local/table/dynamodb.ts';

/** Starts it in place of the one that all tests share; answers with what ends it. */
export const startOwnEmulator = async (): Promise<() => Promise<void>> => {
  // Where the variable is set, nothing is started.
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const { endpoint, stop } = await startDynamoDB();
  process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
  return stop;
};
