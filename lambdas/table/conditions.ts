// Writes that are allowed to find that somebody was there before.

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** Whether the write was made: false when its condition did not hold. */
export const unlessConditionFails = async (send: Promise<unknown>): Promise<boolean> => {
  try {
    await send;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
