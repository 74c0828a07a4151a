// Conditional writes whose condition may fail.

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** True when the write succeeded, false when its condition failed; rejects with any other error. */
export const unlessConditionFails = async (send: Promise<unknown>): Promise<boolean> => {
  try {
    await send;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
