// What becomes of a record of the stream that no repetition helps.

import { logError } from '../../platform/log.ts';
import { tenantOf } from '../../tenants/tenant.ts';
import { findTenant } from '../../tenants/tenants-table.ts';
import { type Reason, type StreamRecord, setAside, tenantOfRecord } from './set-aside.ts';

/** `dropped`: its tenant is gone, and nobody would empty the bucket of it. `failed`: the record must come again. */
export type SetAsideResult = 'kept' | 'dropped' | 'failed';

/** Sets the record aside. Never rejects. */
export const trySetAside = async (record: StreamRecord, reason: Reason): Promise<SetAsideResult> => {
  try {
    if (await isOfNobody(record)) return 'dropped';
    await setAside(record, reason, Date.now());
    return 'kept';
  } catch (error) {
    const { eventID: eventId } = record as { readonly eventID?: string };
    logError('A record of the stream cannot be set aside.', error, { eventId, reason });
    return 'failed';
  }
};

const isOfNobody = async (record: StreamRecord): Promise<boolean> => {
  const tenant = tenantOfRecord(record);
  return tenant !== undefined && (await findTenant(tenantOf(tenant)))?.incarnation !== tenant;
};
