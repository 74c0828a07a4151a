// An emulator for one test file, so that large sizes do not slow down other tests.

import { startDynamoDB } from '../../bin/local/table/dynamodb.ts';

/** Starts it in place of the shared one; answers with a function that ends it. */
export const startOwnEmulator = async (): Promise<() => Promise<void>> => {
  // If the variable is set, nothing is started.
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const { endpoint, stop } = await startDynamoDB();
  process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
  return stop;
};
