// Notes for groups that are being created with members. When a note expires, its group is either complete, or its creator
// crashed and the stream handler removes the remains (changes/cleanup.ts).

import type { Incarnation } from '../platform/tenant.ts';
import { pendingKey } from '../table/keys.ts';

/** Many times longer than a request can take. */
const NOTE_TTL_SECONDS = 15 * 60;

/** The item of a note; `at` is in milliseconds since the epoch. */
export const pendingItem = (tenant: Incarnation, groupId: string, at: number) => ({
  ...pendingKey(tenant, groupId),
  ExpiresAt: Math.ceil(at / 1000) + NOTE_TTL_SECONDS,
});
