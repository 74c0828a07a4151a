// Sets aside a stream record that retries cannot help.

import { now } from '../../platform/clock.ts';
import { logError } from '../../platform/log.ts';
import { tenantOf } from '../../platform/tenant.ts';
import { findTenant } from '../../tenants/tenants-table.ts';
import { type Reason, type StreamRecord, setAside, tenantOfRecord } from './set-aside.ts';

/** `dropped`: its tenant no longer exists, so nobody would ever erase it. `failed`: the record must be delivered again. */
type SetAsideResult = 'kept' | 'dropped' | 'failed';

/** Sets the record aside. Never rejects. */
export const trySetAside = async (record: StreamRecord, reason: Reason): Promise<SetAsideResult> => {
  try {
    if (await isOfDeletedTenant(record)) return 'dropped';
    await setAside(record, reason, now());
    return 'kept';
  } catch (error) {
    const { eventID: eventId } = record as { readonly eventID?: string };
    logError('A stream record could not be set aside.', error, { eventId, reason });
    return 'failed';
  }
};

const isOfDeletedTenant = async (record: StreamRecord): Promise<boolean> => {
  const tenant = tenantOfRecord(record);
  return tenant !== undefined && (await findTenant(tenantOf(tenant)))?.incarnation !== tenant;
};
