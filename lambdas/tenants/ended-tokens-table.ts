// The tokens that an operator has ended, among the settings of their tenant, which every function reads anyway. So a token is
// refused within a minute, also where the gateway accepts it: by an answer of the authorizer that was on its way when its cache
// was flushed, or that a stale read of Secrets Manager gave.

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../platform/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { endedTokenKey, unfollowed } from '../table/keys.ts';

/** Longer than a cached answer of the authorizer lasts: an hour at most, and five minutes of an outage before it. */
const KEPT_SECONDS = 24 * 60 * 60;

/** Notes that these tokens have ended, at `nowMs` (milliseconds). Idempotent; one write unit each. */
export const noteEndedTokens = async (
  tenant: Incarnation,
  keyIds: readonly string[],
  nowMs: number,
): Promise<void> => {
  const ExpiresAt = Math.ceil(nowMs / 1000) + KEPT_SECONDS;
  for (const keyId of keyIds) {
    const Item = { ...endedTokenKey(tenant, keyId), ...unfollowed, EndedKey: keyId, ExpiresAt };
    await documents.send(new PutCommand({ TableName: tableName, Item }));
  }
};
