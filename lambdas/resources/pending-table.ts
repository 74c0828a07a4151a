// Notes of groups that are being created with members. A note expires by itself. By then the group is complete, or its
// creator died, and the follower of the stream removes what that left (changes/cleanup.ts).

import { pendingKey } from '../table/keys.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** Many times what a request may take. */
const KEPT_SECONDS = 15 * 60;

/** The note's item; `at` in milliseconds since the epoch. */
export const pendingItem = (tenant: Incarnation, groupId: string, at: number) => ({
  ...pendingKey(tenant, groupId),
  ExpiresAt: Math.ceil(at / 1000) + KEPT_SECONDS,
});
